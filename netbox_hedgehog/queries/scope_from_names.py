"""Parses the scope of a sync from the names that people give: kinds as for kubectl, see ``kinds.names``."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from netbox_hedgehog.kinds import KindNames, kinds_meant, parted
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.queries.kind_names import known_on
from netbox_hedgehog.queries.viewer import Viewer
from netbox_hedgehog.sync import Scope

__all__ = ("BadScope", "scope_from_names")

NAMESPACE = "default"


class BadScope(ValueError):
    """What was asked for cannot be synced. ``field`` is the part of the request that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def scope_from_names(
    fabric: Fabric,
    kind: str = "",
    namespace: str = "",
    name: str = "",
    group: str = "",
    hard: bool = False,
    viewer: Viewer | None = None,
) -> Scope:
    """Parse the scope of a sync.

    A kind that the plugin does not know is accepted if the cluster has served it. What the viewer may not see is
    answered as if it did not exist.

    Args:
        fabric: The fabric to sync.
        kind: The kind, by any of its names; empty for the whole fabric.
        namespace: Of the object; ``default`` if only a name is given.
        name: To sync this object only.
        group: The API group, if several kinds have the same name.
        hard: Whether to compare everything anew.
        viewer: Who asks; None for somebody who sees everything.

    Raises:
        BadScope: Nothing of that name can be synced, or nothing that the viewer may see.
    """
    viewer = viewer or Viewer()
    if not kind:
        for field, given in (("name", name), ("namespace", namespace), ("group", group)):
            if given:
                raise BadScope(
                    "kind", _("The kind is needed too: a {field} alone does not tell what to sync.").format(field=field)
                )
        return Scope(hard=hard)
    if namespace and not name:
        raise BadScope("name", _("The name is needed too: a kind is synced in all namespaces that the fabric reads."))
    namespace = (namespace or NAMESPACE) if name else ""
    if namespace and fabric.namespaces and namespace not in fabric.namespaces:
        said = _("{fabric} is read in these namespaces only: {namespaces}.")
        raise BadScope("namespace", said.format(fabric=fabric, namespaces=", ".join(fabric.namespaces)))
    meant = _kind(fabric, kind, group, viewer)
    if name and not viewer.named([(fabric.pk, meant.kind, namespace, name)]):
        said = _("There is no {kind} {namespace}/{name} that you may see.")
        raise BadScope("name", said.format(kind=meant.kind, namespace=namespace, name=name))
    group = meant.group if group or parted(kind)[1] else ""
    return Scope(group=group, kind=meant.kind, namespace=namespace, name=name, hard=hard)


def _kind(fabric: Fabric, asked: str, group: str, viewer: Viewer) -> KindNames:
    """Find the kind that is meant, among those of which the viewer may see something."""
    known = [each for each in known_on(fabric) if viewer.sees_some(each.kind)]
    meant = kinds_meant(asked, known, group)
    if len(meant) == 1:
        return meant[0]
    if meant:
        said = _("{asked} can be one of several kinds: {kinds}. Name the one that you mean.")
        raise BadScope("group", said.format(asked=asked, kinds=", ".join(sorted(map(str, meant)))))
    name, of_group = parted(asked)
    if called := kinds_meant(name, known):
        group = group or of_group
        said = _("There is no {name} in {group}. Groups: {groups}.")
        raise BadScope("group", said.format(name=name, group=group, groups=_list(each.group for each in called)))
    said = _("There is no kind {asked}. Kinds: {kinds}.")
    raise BadScope("kind", said.format(asked=asked, kinds=_list(each.kind for each in known)))


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))
