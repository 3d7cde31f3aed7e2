"""One kind of one run: what is read, and the table that it is written to."""

from dataclasses import dataclass

from django.db.models import QuerySet

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import Resource
from netbox_hedgehog.models import Fabric, HedgehogObject, model_for
from netbox_hedgehog.sync.plan import Stored

__all__ = ("Task", "tasks")


@dataclass(frozen=True)
class Task:
    """A served RESOURCE with its entry in ``kinds`` (None for a kind that we do not know) and its model."""

    resource: Resource
    entry: kinds.Kind | None
    model: type[HedgehogObject]

    @property
    def columns(self) -> dict[str, str]:
        """What a row of this kind has beyond the columns that all kinds share."""
        if self.entry:
            return {}
        return {"api_group": self.resource.group, "kind": self.resource.kind, "plural": self.resource.plural}

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that make a row unique."""
        return ("fabric", *(() if self.entry else ("api_group", "kind")), "namespace", "name")

    def rows(self, fabric: Fabric) -> QuerySet[HedgehogObject]:
        """The rows of this kind of FABRIC."""
        known = {} if self.entry else {"api_group": self.resource.group, "kind": self.resource.kind}
        return self.model.objects.filter(fabric=fabric, **known)

    def stored(self, fabric: Fabric) -> list[Stored]:
        """What NetBox holds of this kind, as far as comparing needs it: one statement, streamed.

        Where only some namespaces are read, only theirs: a list says nothing of what it did not ask for.
        """
        asked = {"namespace__in": fabric.namespaces} if fabric.namespaces else {}
        rows = self.rows(fabric).filter(**asked).order_by().values_list(*Stored._fields).iterator(chunk_size=5000)
        return [Stored._make(row) for row in rows]


def tasks(resources: tuple[Resource, ...]) -> list[Task]:
    """The kinds to read, in the order in which they refer to one another: namespaces first, run-time kinds last."""
    made = []
    for resource in resources:
        if "list" in resource.verbs and resource.namespaced:
            entry = kinds.find(resource.group, resource.kind)
            made.append(Task(resource, entry, model_for(entry)))
    order = {entry.kind: index for index, entry in enumerate(kinds.KINDS)}
    return sorted(made, key=lambda task: (_wave(task), order.get(task.resource.kind, len(order)), task.resource.kind))


def _wave(task: Task) -> int:
    return 99 if task.entry is None or task.entry.wave is None else task.entry.wave
