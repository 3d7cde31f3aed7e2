"""Turns natural keys of objects into links, as far as the objects exist and a user may see them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, Exists, F, OuterRef, QuerySet, Value, When
from django.urls import reverse
from utilities.views import get_viewname

from netbox_hedgehog import kinds
from netbox_hedgehog.models import model_for
from netbox_hedgehog.queries.union import allowed, union

__all__ = ("Key", "Link", "Links")


class Key(NamedTuple):
    """The natural key of an object; ``kind`` is its name, as in references."""

    fabric_id: int
    namespace: str
    kind: str
    name: str


@dataclass(frozen=True)
class Link:
    """What is known of a key. ``url`` is empty if the user may not see the object; ``exists`` is true all the same."""

    exists: bool
    missing: bool = False
    url: str = ""

    @property
    def gone(self) -> bool:
        """Whether the object is missing from the cluster, as far as NetBox knows."""
        return self.missing or not self.exists


ABSENT = Link(exists=False)


class Links:
    """The links of a page, resolved in one query.

    Args:
        user: The reader.
        keys: All keys on the page; only these can be looked up.
    """

    def __init__(self, user: Any, keys: Iterable[Key]) -> None:
        wanted: dict[str, set[Key]] = defaultdict(set)
        for key in keys:
            wanted[key.kind].add(key)
        querysets = [found for kind, some in wanted.items() if (found := _find(kind, some, user)) is not None]
        self._found: dict[Key, Link] = {}
        for kind, fabric_id, namespace, name, pk, gone, visible in union(querysets):
            url = object_url(kind, pk) if visible else ""
            self._found[Key(fabric_id, namespace, kind, name)] = Link(exists=True, missing=gone, url=url)

    def __getitem__(self, key: Key) -> Link:
        return self._found.get(key, ABSENT)


def object_url(kind: str, pk: int) -> str:
    """The address of an object's page, by the name of its kind and its primary key."""
    entry = kinds.by_name(kind)
    return reverse(get_viewname(model_for(entry)), args=[pk])


def _find(kind: str, keys: set[Key], user: Any) -> QuerySet | None:
    try:
        model = model_for(kinds.by_name(kind))
    except KeyError:
        return None
    # All columns of the unique index, so that it is searched for each key and not read through.
    queryset = model.objects.order_by().filter(
        fabric_id__in={key.fabric_id for key in keys},
        namespace__in={key.namespace for key in keys},
        name__in={key.name for key in keys},
    )
    return queryset.annotate(
        of_kind=Value(kind),
        gone=_flag(missing_since__isnull=False),
        visible=Exists(allowed(model, user).filter(pk=OuterRef("pk"))),
    ).values_list("of_kind", F("fabric_id"), "namespace", "name", "pk", "gone", "visible")


def _flag(**condition: Any) -> Case:
    return Case(When(**condition, then=Value(True)), default=Value(False), output_field=BooleanField())
