"""What NetBox holds of the fabric, read after each step."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from extras.models import TaggedItem

from netbox_hedgehog.kinds import by_name
from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun, model_for
from tests.netbox.promises.cluster import KINDS, Key, Sight, text

__all__ = ("Row", "State", "read")

TIMES = ("created", "started", "finished")
COLUMNS = ("name", "pk", "uid", "resource_version", "live", "labels", "missing_since", "missing_runs")
RUN = ("pk", "state", "trigger", "requester", "requests", *TIMES, "epoch", "worker", "progress", "counts", "error_code")


class Row(NamedTuple):
    """An object's row, as far as the promises speak of it."""

    pk: int
    sight: Sight
    missing_since: datetime | None
    missing_runs: int
    tags: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """``rows`` by kind and name; ``runs`` by primary key, each with the columns that a step may change."""

    rows: dict[Key, Row]
    runs: dict[int, dict[str, Any]]

    @property
    def present(self) -> dict[Key, Sight]:
        return {key: row.sight for key, row in self.rows.items() if row.missing_since is None}

    def terminal(self) -> dict[int, dict[str, Any]]:
        return {pk: run for pk, run in self.runs.items() if run["state"] in RunStateChoices.TERMINAL}

    def earlier(self, span: timedelta) -> "State":
        """The same, when SPAN has passed since."""
        rows = {
            key: row._replace(missing_since=row.missing_since - span) if row.missing_since else row
            for key, row in self.rows.items()
        }
        return State(rows, {pk: _earlier(run, span) for pk, run in self.runs.items()})


def read(fabric: Fabric) -> State:
    """Everything: a statement a kind, one for the tags and one for the runs."""
    tags: dict[tuple[str, int], list[str]] = defaultdict(list)
    tagged = TaggedItem.objects.filter(content_type__app_label="netbox_hedgehog").order_by("tag__name")
    for model, pk, tag in tagged.values_list("content_type__model", "object_id", "tag__name"):
        tags[model, pk].append(tag)
    rows: dict[Key, Row] = {}
    for kind in KINDS:
        found = model_for(by_name(kind)).objects.filter(fabric=fabric).order_by().values_list(*COLUMNS)
        for name, pk, uid, version, live, labels, missing_since, missing_runs in found:
            sight = Sight(uid, version, text(live), text(labels))
            rows[kind, name] = Row(pk, sight, missing_since, missing_runs, tuple(tags[kind.lower(), pk]))
    runs = SyncRun.objects.filter(fabric=fabric).order_by("pk").values(*RUN)
    return State(rows, {run["pk"]: run for run in runs})


def _earlier(run: Mapping[str, Any], span: timedelta) -> dict[str, Any]:
    return {name: value - span if name in TIMES and value else value for name, value in run.items()}
