"""What happens to the cluster."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.netbox.promises import clocks
from tests.netbox.promises.cluster import FAILING, KINDS, OF_THE_KIND
from tests.netbox.promises.world import World

__all__ = ("ClusterRules",)

kinds = st.sampled_from(sorted(KINDS))
names = st.integers(0, 5).map("thing-{}".format)
values = st.integers(0, 3)


class ClusterRules(World):
    @rule(kind=kinds, names=st.sets(names, min_size=1), value=values)
    def objects_are_put(self, kind, names, value):
        with self.elsewhere("objects are put"):
            for name in sorted(names):
                self.cluster.put(kind, name, value)

    @rule(kind=kinds, names=st.sets(names, min_size=1))
    def objects_are_deleted(self, kind, names):
        self.backup = self.server.backup()
        with self.elsewhere("objects are deleted"):
            for name in sorted(names):
                self.cluster.delete(kind, name)

    @rule(kind=kinds, name=names, value=values)
    def object_is_made_again(self, kind, name, value):
        with self.elsewhere("object is made again"):
            if name in self.cluster.objects(kind):
                self.cluster.delete(kind, name)
                self.cluster.put(kind, name, value)

    @precondition(lambda self: self.backup)
    @rule()
    def cluster_is_put_back(self):
        """To what it was before something was last deleted."""
        with self.elsewhere("cluster is put back"):
            self.cluster.restore(self.backup)
            self.restored_at = clocks.now()
            # Streams break, and their versions are of the future: they wait for a whole look.
            for watch in self.watches:
                watch.place = None

    @rule(kind=kinds, fault=st.sampled_from((*OF_THE_KIND, *FAILING, "empty")) | st.none())
    def kind_breaks_or_is_mended(self, kind, fault):
        with self.elsewhere(f"fault {fault}"):
            self.cluster.break_(kind, fault) if fault else self.cluster.mend(kind)

    @rule(fault=st.sampled_from(("fail", "refuse", "html")) | st.none())
    def cluster_breaks_or_is_mended(self, fault):
        with self.elsewhere(f"fault {fault} of all"):
            if fault:
                self.cluster.break_("", fault)
            else:
                for kind in list(self.cluster.faults):
                    self.cluster.mend(kind)
