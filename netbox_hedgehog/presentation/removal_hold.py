"""A removal that a guard stopped, for people: which objects, whether it can still be approved, and who approved it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from utilities.string import title

from netbox_hedgehog import kinds
from netbox_hedgehog.models import Fabric, HeldObject, Hold, SyncRun, SyncRunQuerySet
from netbox_hedgehog.presentation.removal_hold_state import DUE, MISSING, PRESENT, with_state
from netbox_hedgehog.queries.visible import visible_changes
from netbox_hedgehog.sync import Scope, approvable

__all__ = ("HeldCount", "HeldObjects", "HeldView", "fate", "newest_held", "patience")


@dataclass(frozen=True)
class HeldCount:
    """How many objects of a kind are held."""

    kind: str
    objects: int

    def __str__(self) -> str:
        entry = kinds.find_by_name(self.kind)
        if entry is None:
            return f"{self.objects} {self.kind}"
        return f"{self.objects} {title(_(entry.label if self.objects == 1 else entry.label_plural))}"


class HeldObjects:
    """The held objects that a user may see.

    Args:
        hold: The hold.
        fabric: Its fabric.
        user: The reader; None for all objects.
    """

    def __init__(self, hold: Hold, fabric: Fabric, user: Any = None) -> None:
        self.hold, self.fabric, self.user = hold, fabric, user

    @property
    def rows(self) -> QuerySet[HeldObject]:
        held = self.hold.objects_held.order_by("kind", "namespace", "name")
        return held if self.user is None else visible_changes(held, self.user)

    @cached_property
    def _found(self) -> list[tuple[str, str | None, int]]:
        """The number of objects by kind and state."""
        rows = with_state(self.rows.order_by(), self.fabric)
        return list(rows.values_list("kind", "state").annotate(objects=Count("pk")))

    @cached_property
    def counts(self) -> list[HeldCount]:
        """The counts by kind, the largest first."""
        found: Counter[str] = Counter()
        for kind, _state, objects in self._found:
            found[kind] += objects
        return sorted((HeldCount(*each) for each in found.items()), key=lambda each: (-each.objects, each.kind))

    def _in(self, *states: str) -> int:
        return sum(objects for _kind, state, objects in self._found if state in states)

    @property
    def standing(self) -> str:
        """How NetBox shows them while they are held, as a sentence."""
        missing, present = self._in(MISSING, DUE), self._in(PRESENT)
        if not missing:
            return _("NetBox shows them as they were last seen.")
        said = _("NetBox shows {missing} of them as missing already, since the watcher saw them deleted.")
        if present:
            said = _(
                "NetBox shows {missing} of them as missing already, since the watcher saw them deleted, and {present} "
                "as they were last seen."
            )
        return said.format(missing=missing, present=present)

    @property
    def fate(self) -> str:
        """What happens to them once their removal is approved, as the end of a sentence."""
        after, missing, due = patience(self.fabric), self._in(MISSING, DUE), self._in(DUE)
        if not missing or not after:
            return fate(self.fabric)
        said = _("are removed from NetBox after {time} without them")
        if self._in(PRESENT):
            said = _(
                "are marked missing at once where they are not yet, and removed from NetBox after {time} without them"
            )
        if due:
            said += "; " + ngettext(
                "{due} of them has been missing that long, and go with the next sync",
                "{due} of them have been missing that long, and go with the next sync",
                due,
            )
        return said.format(time=after, due=due)

    @property
    def words(self) -> str:
        """The counts as the end of a sentence."""
        hidden = [_("{number} that you may not see").format(number=self.left_out)] if self.left_out else []
        seen = [", ".join(map(str, self.counts))] if self.counts else []
        return _(" and ").join(seen + hidden)

    @property
    def left_out(self) -> int:
        """How many objects the user may not see."""
        return self.hold.count - sum(each.objects for each in self.counts)


class HeldView:
    """What a run has held, and what can be done about it. Each part is read only when it is shown."""

    def __init__(self, run: SyncRun, user: Any) -> None:
        self.run, self.user, self.hold = run, user, run.held
        self.objects = HeldObjects(self.hold, run.fabric, user)

    @cached_property
    def open(self) -> bool:
        """Whether the removal can still be approved."""
        return self.hold.approved_at is None and approvable().filter(pk=self.hold.pk).exists()

    @property
    def badge(self) -> tuple[str, str]:
        """Its state in a few words, and the colour of the badge."""
        if self.open:
            return _("waits for a decision"), "orange"
        if self.went_by:
            return _("let through"), "green"
        if self.hold.approved_at and not self.hold.closed_at:
            return _("let through, with the next sync"), "blue"
        return (_("a part of the fabric"), "orange") if self.alone else (_("over"), "gray")

    @cached_property
    def may(self) -> bool:
        """Whether the user may approve the removal."""
        return SyncRun.objects.restrict(self.user, "override").filter(pk=self.run.pk).exists()

    @cached_property
    def fate(self) -> str:
        """What happens to the objects once their removal is approved."""
        return self.objects.fate

    @cached_property
    def went_by(self) -> SyncRun | None:
        """The run that has let them go.

        What is under way is asked for first: a run that ends while the page is being made is in one of the two.
        """
        under_way = self.awaited
        del under_way
        return self._runs.filter(let_through=self.hold).first()

    @cached_property
    def awaited(self) -> SyncRun | None:
        """The queued or running run that will remove them."""
        return self._runs.reads().whole_fabric().active().order_by("pk").first()

    @cached_property
    def newest(self) -> SyncRun | None:
        """The newest later run over the whole fabric that read it to the end."""
        looked = self._runs.whole_fabric().completed_reading().filter(finished__gte=self.run.finished)
        return looked.exclude(pk=self.run.pk).order_by("-finished").first()

    @property
    def alone(self) -> bool:
        """Whether the run covered a part of the fabric only, so that the decision needs a run over all of it."""
        return not Scope.of(self.run.scope).full and self.newest is None

    @property
    def _runs(self) -> SyncRunQuerySet:
        return SyncRun.objects.restrict(self.user, "view").filter(fabric=self.run.fabric_id)


def fate(fabric: Fabric) -> str:
    """What happens to objects of a fabric whose removal is approved, as the end of a sentence."""
    after = patience(fabric)
    if not after:
        return _("are removed from NetBox at once")
    return _("are marked missing at once, and removed from NetBox after {time} without them").format(time=after)


def patience(fabric: Fabric) -> str:
    """How long a missing object of a fabric is kept, for people; empty if it is removed at once."""
    runs, hours = fabric.removal_runs, fabric.removal_hours
    parts = [_("{number} complete runs").format(number=runs)] if runs > 1 else []
    if hours:
        parts.append(_("{number} h").format(number=hours))
    return _(" and ").join(parts)


def newest_held(runs: QuerySet[SyncRun]) -> SyncRun | None:
    """Find the newest run whose hold can be approved.

    Args:
        runs: Runs of one fabric.

    Returns:
        The run; None if nothing waits for a decision.
    """
    return runs.filter(held__in=approvable()).select_related("fabric", "held").order_by("-finished").first()
