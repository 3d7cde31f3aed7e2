"""The counts of a run by kind as a table, with the columns that are not empty."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from utilities.string import title

from netbox_hedgehog import kinds
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.queries.viewer import Viewer

__all__ = ("Counts", "CountsRow", "count_label")

# What was listed is the sum of the next six; missing and removed are those that were not listed.
ALWAYS = ("listed", "created", "updated", "unchanged")
COLUMNS = ("listed", "created", "updated", "replaced", "restored", "unchanged", "malformed", "missing", "removed")
ORDER = {kind.kind: position for position, kind in enumerate(kinds.KINDS)}


LABELS = {
    "listed": gettext_lazy("listed"),
    "created": gettext_lazy("created"),
    "updated": gettext_lazy("updated"),
    "replaced": gettext_lazy("replaced"),
    "restored": gettext_lazy("restored"),
    "unchanged": gettext_lazy("unchanged"),
    "malformed": gettext_lazy("malformed"),
    "missing": gettext_lazy("missing"),
    "removed": gettext_lazy("removed"),
}


def count_label(name: str) -> str:
    """One of ``COLUMNS`` for people, in small letters."""
    return str(LABELS[name])


@dataclass(frozen=True)
class CountsRow:
    """The counts of one kind. A number is None if it is unknown, since the kind was not listed completely."""

    label: str
    numbers: list[int | None]
    complete: bool


class Counts:
    """The counts of a run, for the kinds that a viewer may see.

    Attributes:
        columns: Names of counts, in an order in which they add up.
        left_out: Whether there are kinds that the viewer may not see.
    """

    def __init__(self, run: SyncRun, viewer: Viewer) -> None:
        seen = viewer.run(run)
        self._counts, self.left_out = seen.counts, seen.counts_left_out
        used = {name for each in self._counts.values() for name in COLUMNS if each.get(name)}
        self.columns = [name for name in COLUMNS if name in ALWAYS or name in used]

    @property
    def rows(self) -> list[CountsRow]:
        known = sorted(self._counts.items(), key=lambda item: (ORDER.get(item[0], len(ORDER)), item[0]))
        return [self._row(kind, each) for kind, each in known]

    @property
    def total(self) -> CountsRow:
        sums = [sum(each.get(name, 0) for each in self._counts.values()) for name in self.columns]
        return CountsRow(_("All kinds"), list(sums), all(each.get("complete") for each in self._counts.values()))

    def _row(self, kind: str, each: dict[str, Any]) -> CountsRow:
        complete = bool(each.get("complete"))
        numbers = [each.get(name, 0) or (0 if complete else None) for name in self.columns]
        entry = kinds.find_by_name(kind)
        return CountsRow(title(_(entry.label_plural)) if entry else kind, numbers, complete)
