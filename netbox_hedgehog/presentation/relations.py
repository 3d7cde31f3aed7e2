"""The references of an object: what it refers to, and what refers to it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from utilities.string import title
from utilities.views import get_viewname

from netbox_hedgehog import kinds
from netbox_hedgehog.models import HedgehogObject, Reference, model_for
from netbox_hedgehog.queries.links import Key, Link, Links
from netbox_hedgehog.queries.union import allowed, union

__all__ = ("UsedBy", "used_by", "uses")

READ = 5000  # references of one object
SHOWN = 10  # objects of a kind; the rest is a link to their list


@dataclass
class UsedBy:
    """The objects of one kind that refer to an object: how many, the first of them, and the address of the list."""

    label: str
    count: int
    url: str
    objects: list[tuple[str, Link]] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.objects)


def uses(obj: HedgehogObject) -> dict[Key, list[str]]:
    """Read what an object refers to.

    Returns:
        The paths of the references by the key of the target, in the order of the spec; at most ``READ`` references.
    """
    rows = Reference.objects.filter(
        fabric_id=obj.fabric_id, namespace=obj.namespace, source_kind=obj.kind, source_name=obj.name
    )
    found: dict[Key, list[str]] = defaultdict(list)
    for kind, name, path in rows.order_by("pk").values_list("target_kind", "target_name", "path")[:READ]:
        found[Key(obj.fabric_id, obj.namespace, kind, name)].append(path)
    return found


def _visible(obj: HedgehogObject, user: Any) -> QuerySet | None:
    """The references to an object from objects that a user may see; None if no kind can refer to it."""
    condition = None
    for entry in kinds.KINDS:
        model = model_for(entry)
        targets = {kind for rule in entry.references for kind in rule.to.kinds}
        if obj.kind not in targets or not user.has_perm(f"netbox_hedgehog.view_{model._meta.model_name}"):
            continue
        one = Q(source_kind=entry.kind)
        sources = allowed(model, user)
        if sources.query.where:
            here = sources.filter(fabric_id=obj.fabric_id, namespace=obj.namespace)
            one &= Q(source_name__in=here.values("name"))
        condition = one if condition is None else condition | one
    if condition is None:
        return None
    return Reference.objects.filter(
        condition,
        fabric_id=obj.fabric_id,
        namespace=obj.namespace,
        target_kind=obj.kind,
        target_name=obj.name,
    )


def used_by(obj: HedgehogObject, user: Any) -> list[UsedBy]:
    """Read what refers to an object, by kind, as far as a user may see it: at most ``SHOWN`` objects a kind."""
    rows = _visible(obj, user)
    if rows is None:
        return []
    counts = rows.order_by().values_list("source_kind").annotate(Count("source_name", distinct=True))
    groups: dict[str, UsedBy] = {}
    names: list[Key] = []
    for kind, count in sorted(counts):
        entry = kinds.by_name(kind)
        url = reverse(get_viewname(model_for(entry), "list"))
        query = urlencode({"fabric_id": obj.fabric_id, obj.known_entry().singular: obj.name})
        groups[kind] = UsedBy(title(_(entry.label_plural)), count, f"{url}?{query}")
    pairs = rows.order_by("source_name").values_list("source_kind", "source_name").distinct()
    for kind, name in union([pairs.filter(source_kind=kind)[:SHOWN] for kind in groups]):
        names.append(Key(obj.fabric_id, obj.namespace, kind, name))
    links = Links(user, names)
    for key in sorted(names, key=lambda key: key.name):
        groups[key.kind].objects.append((key.name, links[key]))
    return list(groups.values())
