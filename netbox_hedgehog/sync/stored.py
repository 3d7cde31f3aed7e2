"""What NetBox holds of a fabric's objects, as far as comparing needs it."""

from collections.abc import Sequence

from django.db import connection, transaction

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.gather import gc_paused
from netbox_hedgehog.sync.plan import Stored
from netbox_hedgehog.sync.task import Task

__all__ = ("stored",)

COLUMNS = ", ".join("id" if name == "pk" else name for name in Stored._fields)
AT_ONCE = 5000  # rows


def stored(fabric: Fabric, tasks: Sequence[Task]) -> dict[Task, list[Stored]]:
    """The rows of each of TASKS' kinds of FABRIC: one statement, streamed.

    Where only some namespaces are read, only theirs: a list says nothing of what it did not ask for.
    """
    found: dict[Task, list[Stored]] = {task: [] for task in tasks}
    if not tasks:
        return found
    kept = list(found.values())
    statements, values = zip(*(_statement(fabric, task, index) for index, task in enumerate(tasks)), strict=True)
    # Within a transaction, since PostgreSQL would otherwise copy the whole answer before its first row.
    with transaction.atomic(), connection.chunked_cursor() as cursor, gc_paused():
        cursor.execute(" UNION ALL ".join(statements), [value for each in values for value in each])
        while rows := cursor.fetchmany(AT_ONCE):
            for index, *row in rows:
                kept[index].append(Stored._make(row))
    return found


def _statement(fabric: Fabric, task: Task, index: int) -> tuple[str, list[object]]:
    """The rows of TASK, each behind INDEX, and the statement's values. Only names of our own make it up."""
    conditions: list[tuple[str, object]] = [("fabric_id = %s", fabric.pk)]
    if not task.entry:
        conditions += [("api_group = %s", task.resource.group), ("kind = %s", task.resource.kind)]
    if task.scope.name:
        conditions += [("namespace = %s", task.scope.namespace), ("name = %s", task.scope.name)]
    elif fabric.namespaces:
        conditions.append(("namespace = ANY(%s)", fabric.namespaces))
    where = " AND ".join(condition for condition, _ in conditions)
    statement = f"SELECT {index}, {COLUMNS} FROM {task.model._meta.db_table} WHERE {where}"  # noqa: S608
    return statement, [value for _, value in conditions]
