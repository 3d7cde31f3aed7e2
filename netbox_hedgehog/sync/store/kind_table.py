"""One kind of one run: what is read, and the table that it is written to."""

from dataclasses import dataclass

from django.db.models import QuerySet

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import ApiResource
from netbox_hedgehog.manifests import fingerprint
from netbox_hedgehog.models import Fabric, HedgehogObject, indexed_paths, model_for
from netbox_hedgehog.sync.decide.bounds import Path
from netbox_hedgehog.sync.decide.scope import FABRIC, Scope

__all__ = ("KindTable", "kind_tables")

SAID = ("labels", "annotations", "live", "status", "uid", "deleting")  # what a fingerprint is made of, in its order


@dataclass(frozen=True)
class KindTable:
    """A served ``resource`` with its entry in ``kinds`` (None for a kind that we do not know) and its model.

    ``scope`` narrows it to one object, or has nothing trusted that was compared before.
    """

    resource: ApiResource
    entry: kinds.Kind | None
    model: type[HedgehogObject]
    scope: Scope = FABRIC

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

    @property
    def indexed(self) -> tuple[Path, ...]:
        """The paths of objects of this kind of which the database keeps an index."""
        return indexed_paths(self.model)  # type: ignore[arg-type]  # mypy takes a row's __hash__ for its class's

    def rows(self, fabric: Fabric) -> QuerySet[HedgehogObject]:
        """The rows of this kind of ``fabric``."""
        known = {} if self.entry else {"api_group": self.resource.group, "kind": self.resource.kind}
        return self.model.objects.filter(fabric=fabric, **known)

    def fingerprints(self, fabric: Fabric) -> dict[int, str] | None:
        """By primary key, what the stored columns say themselves; None where what was compared before is trusted."""
        if not self.scope.hard:
            return None
        rows = self.rows(fabric).order_by().values_list("pk", *SAID).iterator(chunk_size=500)
        return {pk: fingerprint(*said) for pk, *said in rows}


def kind_tables(resources: tuple[ApiResource, ...], scope: Scope = FABRIC) -> list[KindTable]:
    """The kinds of ``scope`` to read in the order in which they refer to one another: namespaces first, reports
    last.
    """
    made = []
    for resource in resources:
        if "list" in resource.verbs and resource.namespaced and scope.covers(resource.group, resource.kind):
            entry = kinds.find(resource.group, resource.kind)
            made.append(KindTable(resource, entry, model_for(entry), scope))
    order = {entry.kind: index for index, entry in enumerate(kinds.KINDS)}
    return sorted(
        made, key=lambda table: (_wave(table), order.get(table.resource.kind, len(order)), table.resource.kind)
    )


def _wave(table: KindTable) -> int:
    return 99 if table.entry is None or table.entry.wave is None else table.entry.wave
