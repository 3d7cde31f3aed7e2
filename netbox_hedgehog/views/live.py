"""The parts of a fabric's page that change while it is open, read once for the page and for its fragments."""

from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from netbox_hedgehog.models import ConditionChoices, ConnectionTest, Fabric, KindObservation, RunStateChoices, SyncRun
from netbox_hedgehog.presentation.age import ago
from netbox_hedgehog.presentation.error_titles import error_title
from netbox_hedgehog.presentation.folded_troubles import FoldedTrouble, Trouble, fold_troubles
from netbox_hedgehog.presentation.removal_hold import newest_held
from netbox_hedgehog.queries.all_objects import kind_counts
from netbox_hedgehog.queries.fabric_facts import visible_facts
from netbox_hedgehog.queries.viewer import Viewer
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync import queue_state, waiting_reason

__all__ = ("FabricLive",)

# Ends that a banner tells of. Someone who cancelled a run knows that it was cancelled.
BAD = (RunStateChoices.FAILED, RunStateChoices.LOST, RunStateChoices.BLOCKED, RunStateChoices.PARTIAL)


class FabricLive:
    """What ``viewer`` sees of ``fabric`` now.

    Everything is asked for at most once, and most of it only when a template uses it.

    What is under way is asked for first: should it end while the page is being made, the page still follows it and is
    put right by the first poll, where it would else show its outcome beside facts from before.
    """

    def __init__(self, fabric: Fabric, viewer: Viewer) -> None:
        self.fabric, self.viewer, self.user = fabric, viewer, viewer.user
        self.active = self._active()
        self.test = ConnectionTest.objects.filter(fabric=fabric).select_related("requested_by").first()

    @cached_property
    def facts(self):
        return visible_facts([self.fabric], self.viewer)[self.fabric.pk]

    @cached_property
    def _runs(self):
        return SyncRun.objects.restrict(self.user, "view").reads().filter(fabric=self.fabric).lapses()

    @cached_property
    def runs(self) -> list[SyncRun]:
        return list(self._runs.select_related("fabric")[:5])

    def _active(self) -> list[SyncRun]:
        """The running run and the queued one, as far as there are any; the running one first."""
        found = self._runs.active().select_related("fabric").order_by("-state")
        return list(found)

    @property
    def testing(self) -> bool:
        return self.test is not None and self.test.finished is None

    @property
    def sees_test(self) -> bool:
        """Whether the newest test, which names kinds, is for USER: somebody who may test, or who sees all kinds."""
        return self.viewer.sees_all or Fabric.objects.restrict(self.user, "test").filter(pk=self.fabric.pk).exists()

    @cached_property
    def queue(self):
        return queue_state()

    @property
    def polls(self) -> bool:
        """Whether something is under way that the page should follow."""
        return bool(self.active) or self.testing

    @property
    def token(self) -> str:
        """Changes when more than a progress bar has to change."""
        parts = [f"{run.pk}{run.known_state[0]}" for run in self.active]
        if self.testing:
            parts.append(f"t{self.test.pk}")
        return "-".join(parts)

    @property
    def waiting(self) -> list[tuple[SyncRun, str]]:
        """The active runs, each with the reason why it waits where the banner about the queue does not say it."""
        return [(run, "" if self.queue.message else waiting_reason(run, self.queue)) for run in self.active]

    @cached_property
    def failure(self) -> SyncRun | None:
        """The newest run that has ended, where it ended badly."""
        ended = self._runs.ended().exclude(state=RunStateChoices.CANCELLED)
        last = ended.select_related("fabric", "held").first()
        return last if last and last.state in BAD else None

    @cached_property
    def held(self) -> SyncRun | None:
        """The newest run that holds objects which wait for someone's decision."""
        return newest_held(self._runs)

    @property
    def held_before(self) -> bool:
        """Whether they wait still, though a newer run of another sort has ended since."""
        return self.held is not None and (self.failure is None or self.failure.held_id != self.held.held_id)

    @property
    def failure_title(self) -> str:
        return error_title(self.failure.error_code) if self.failure.error_code else ""

    @property
    def failing_since(self) -> datetime | None:
        """When syncs began to fail, where the newest was not the first that did."""
        failing = [each for each in self.facts.conditions if each.type == ConditionChoices.SYNC_FAILED and each.status]
        return next((each.changed_at for each in failing if each.changed_at < self.failure.finished), None)

    @cached_property
    def counts(self):
        return kind_counts(self.fabric, self.user)

    @property
    def counted(self):
        return [count for count in self.counts if count.objects]

    @property
    def folded(self):
        """Kinds with nothing to count: none there, or nobody has looked."""
        return [count for count in self.counts if not count.objects]

    @cached_property
    def refused(self) -> list[KindObservation]:
        """Kinds, of those that USER may see, that the newest look could not read whole, though the cluster has them."""
        observations = KindObservation.objects.filter(fabric=self.fabric).exclude(
            error_code__in=("", RunCode.NOT_SERVED)
        )
        return [observation for observation in observations if self.viewer.sees_some(observation.kind)]

    @cached_property
    def refused_alike(self) -> list[FoldedTrouble]:
        """The refused kinds with the same code, folded."""
        return fold_troubles(
            Trouble(observation.kind, observation.error_code, _words(observation)) for observation in self.refused
        )

    @property
    def refused_alone(self) -> list[KindObservation]:
        """The other refused kinds."""
        folded = {alike.code for alike in self.refused_alike}
        return [observation for observation in self.refused if observation.error_code not in folded]

    @property
    def new(self) -> bool:
        """Whether nobody has ever tried to reach this fabric."""
        return self.test is None and not self.runs and self.facts.connection.value == "never tried"


def _words(observation: KindObservation) -> str:
    """The error of a kind that could not be listed completely, and the age of what is known of it."""
    read = (
        _("Last read whole {ago}.").format(ago=ago(observation.complete_at))
        if observation.complete_at
        else _("Never read whole.")
    )
    return f"{observation.error_message.rstrip('.') or _('Not read whole')}. {read}"
