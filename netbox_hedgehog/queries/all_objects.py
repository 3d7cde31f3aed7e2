"""Objects of all kinds at once: unions of query sets, each restricted to what a user may see."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Value
from utilities.string import title

from netbox_hedgehog import kinds
from netbox_hedgehog.models import Fabric, HedgehogObject, KindObservation, OtherResource, kind_models
from netbox_hedgehog.queries.union import allowed, union
from netbox_hedgehog.run_code import RunCode

__all__ = ("KindCount", "kind_counts", "rows", "totals", "viewable_models")


@dataclass(frozen=True)
class KindCount:
    """How many objects of a kind a user may see on a fabric, and whether anyone has looked.

    ``looked`` is False where no look has seen the kind whole, so that a zero would be a guess. ``unserved``: the newest
    look found that the cluster does not serve the kind.
    """

    model: type[HedgehogObject]
    group: str
    kind: str
    label: str
    objects: int
    missing: int
    looked: bool
    unserved: bool = False


def viewable_models(user: Any) -> list[type[HedgehogObject]]:
    """List the models of which a user may see at least some objects, in menu order."""
    return [model for model in kind_models() if user.has_perm(f"netbox_hedgehog.view_{model._meta.model_name}")]


def _grouped(fabrics: Collection[int], user: Any) -> dict[int, dict[tuple[str, str], tuple[int, int]]]:
    """Count objects, and missing ones, by fabric and then by API group and kind. One query."""
    querysets = [
        allowed(model, user)
        .filter(fabric_id__in=fabrics)
        .annotate(**model.kind_columns())
        .values("fabric_id", "of_group", "of_kind")
        .annotate(objects=Count("pk"), gone=Count("pk", filter=Q(missing_since__isnull=False)))
        .values_list("fabric_id", "of_group", "of_kind", "objects", "gone")
        for model in viewable_models(user)
    ]
    found: dict[int, dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
    for fabric_id, group, kind, objects, gone in union(querysets):
        found[fabric_id][group, kind] = (objects, gone)
    return found


def totals(fabrics: Collection[int], user: Any) -> dict[int, int]:
    """Count the objects that a user may see on fabrics. One query.

    Args:
        fabrics: Primary keys.
        user: The reader.

    Returns:
        The count by the fabric's primary key.
    """
    return {
        fabric: sum(objects for objects, _ in counts.values()) for fabric, counts in _grouped(fabrics, user).items()
    }


def kind_counts(fabric: Fabric, user: Any) -> list[KindCount]:
    """Count the objects of each kind on a fabric, in menu order. Two queries.

    Args:
        fabric: The fabric.
        user: The reader; kinds that they may not see are left out.
    """
    counts = _grouped([fabric.pk], user).get(fabric.pk, {})
    observations = {
        (observation.api_group, observation.kind): observation
        for observation in KindObservation.objects.filter(fabric=fabric)
    }
    found = []
    for model in viewable_models(user):
        entry = model.kind_entry
        if entry is not None:
            found.append(_count(model, (entry.group, entry.kind), title(entry.label_plural), counts, observations))
            continue
        known = {(each.model.known_entry().group, each.kind) for each in found}
        others = sorted(key for key in {*counts, *observations} - known if _is_other(key))
        found += [_count(OtherResource, key, key[1], counts, observations) for key in others]
    return found


def _is_other(key: tuple[str, str]) -> bool:
    return kinds.find(*key) is None


def _count(
    model: type[HedgehogObject],
    key: tuple[str, str],
    label: str,
    counts: dict[tuple[str, str], tuple[int, int]],
    observations: dict[tuple[str, str], KindObservation],
) -> KindCount:
    objects, gone = counts.get(key, (0, 0))
    observation = observations.get(key)
    unserved = observation is not None and observation.error_code == RunCode.NOT_SERVED
    return KindCount(model, *key, label, objects, gone, bool(observation and observation.complete_at), unserved)


def rows(fabric: Fabric, user: Any, chosen: Collection[str], state: str, text: str) -> QuerySet:
    """Rows of every kind on ``fabric`` that ``user`` may see, as dicts; ``chosen`` are model names (none: all).

    ``state`` is ``present``, ``missing`` or ``""``; every word of ``text`` must be in the name or the namespace.
    """
    condition = Q(fabric=fabric)
    if state:
        condition &= Q(missing_since__isnull=state == "present")
    for word in text.split():
        condition &= Q(name__icontains=word) | Q(namespace__icontains=word)
    columns = ("of_kind", "of_group", "of_model", "pk", "namespace", "name", "missing_since", "held_run", "seen_at")
    querysets = [
        allowed(model, user)
        .filter(condition)
        .annotate(of_model=Value(model._meta.model_name, CharField()), **model.kind_columns())
        .values(*columns)
        for model in viewable_models(user)
        if not chosen or model._meta.model_name in chosen
    ]
    if not querysets:
        return OtherResource.objects.none().values(*())
    return union(querysets).order_by("of_kind", "namespace", "name")
