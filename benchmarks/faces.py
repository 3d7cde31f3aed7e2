"""The lists that are measured: first pages, filters and sorts, as pages and in REST; and runs to be listed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

__all__ = ("faces", "fill_runs")

PAGE, REST = "/plugins/hedgehog", "/api/plugins/hedgehog"
NAMED = "leaf-010"  # a switch that one in four hundred Connections names
RUN_COLUMNS = (
    *("fabric_id", "state", "trigger", "requester", "requests", "scope", "request_id", "created", "started"),
    *("finished", "epoch", "worker", "progress", "counts", "error_code", "error_message", "error_hint"),
)


def faces(fabric: int, run: int) -> dict[str, str]:
    """Paths by name: lists of Connections, of all kinds on FABRIC, of runs, and the page of RUN."""
    from netbox_hedgehog.models import Connection
    from netbox_hedgehog.tables import ResourceTable, SyncRunTable, table_for

    found: dict[str, str] = {}
    for face, path in (("page", f"{PAGE}/connections/?"), ("REST", f"{REST}/connections/?limit=50&")):
        filters = {
            "type": "type=eslag",
            "switch": f"switch={NAMED}",
            "state": "state=missing",
            "label": "label=fabric.githedgehog.com/connection-type=fabric",
            "text": f"q={NAMED}",
        }
        found[face] = path
        found |= {f"{face}, filter {name}": path + query for name, query in filters.items()}
    found |= _sorted("page", f"{PAGE}/connections/", table_for(Connection))
    orders = ("name", "-name", "type", "cluster_created", "-seen_at", "last_updated")
    found |= {f"REST, sort {name}": f"{REST}/connections/?limit=50&ordering={name}" for name in orders}
    resources, everything = f"{PAGE}/fabrics/{fabric}/resources/", f"{REST}/resources/?limit=50"
    found |= {
        "resources tab": resources,
        "resources tab, filter kind": f"{resources}?kind=connection",
        "resources tab, filter text": f"{resources}?q={NAMED}",
        **_sorted("resources tab", resources, ResourceTable),
        "REST, all kinds": everything,
        "REST, all kinds, filter kind": f"{everything}&kind=Connection",
        "REST, all kinds, filter text": f"{everything}&q={NAMED}",
        "runs": f"{PAGE}/runs/",
        "runs, filter state": f"{PAGE}/runs/?state=failed",
        **_sorted("runs", f"{PAGE}/runs/", SyncRunTable),
        "runs of a fabric": f"{PAGE}/fabrics/{fabric}/runs/",
        "REST, runs": f"{REST}/runs/?limit=50",
        "REST, runs, filter state": f"{REST}/runs/?limit=50&state=failed",
        "run": f"{PAGE}/runs/{run}/",
        "REST, changes of a run": f"{REST}/runs/{run}/changes/?limit=50",
        "fabric": f"{PAGE}/fabrics/{fabric}/",
    }
    return found


def _sorted(face: str, path: str, table: Any) -> dict[str, str]:
    """A path for each column by which TABLE can be sorted, and one for names backwards."""
    names = [name for name, column in table.base_columns.items() if column.orderable is not False]
    return {f"{face}, sort {name}": f"{path}?sort={name}" for name in [*names, "-name"] if name.lstrip("-") in names}


def fill_runs(fabric: int, count: int) -> None:
    """COUNT runs of FABRIC that ended long ago, a minute apart, one in twenty failed."""
    from django.db import connection

    from netbox_hedgehog.models import SyncRun
    from netbox_hedgehog.sync.db.bulk import bulk_insert

    for start in range(0, count, 10_000):
        bulk_insert(SyncRun, RUN_COLUMNS, _runs(fabric, range(start, min(count, start + 10_000))))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum leaves the tables within a minute


def _runs(fabric: int, numbers: range) -> Iterator[tuple[Any, ...]]:
    from django.utils import timezone

    now = timezone.now() - timedelta(days=1)
    for number in numbers:
        at = now - timedelta(minutes=number)
        failed = number % 20 == 0
        yield (
            *(fabric, "failed" if failed else "succeeded", "schedule", "", 1, {}, uuid4(), at, at),
            *(at + timedelta(seconds=5), 1, f"worker-{number % 3}", {}, {"VPC": {"listed": 10, "complete": True}}),
            *("unreachable" if failed else "", "", ""),
        )
