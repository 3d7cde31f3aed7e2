"""All that an object's page says, gathered with a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _
from utilities.string import title
from utilities.views import get_viewname

from netbox_hedgehog import kinds, manifests
from netbox_hedgehog.models import (
    Fabric,
    HedgehogObject,
    ResourceChange,
    SyncRun,
    SyncRunQuerySet,
    model_for,
    not_served,
)
from netbox_hedgehog.presentation.absence import Absence
from netbox_hedgehog.presentation.field_tree import LONGEST, Tree, tree
from netbox_hedgehog.presentation.labels import shortened
from netbox_hedgehog.presentation.relations import UsedBy, used_by, uses
from netbox_hedgehog.queries.links import Key, Link, Links
from netbox_hedgehog.queries.viewer import Viewer
from netbox_hedgehog.sync import Scope

__all__ = ("ObjectPage",)

HISTORY = 10
USES = 200  # objects that are named
LARGEST_YAML = 200_000  # bytes; writing these takes half a second
MOST_TEXTS = 100  # labels, or annotations


@dataclass
class Use:
    """An object that this one names, and where it does."""

    label: str
    name: str
    paths: list[str]
    link: Link


class ObjectPage:
    """What ``viewer`` sees of ``obj``.

    ``shown_elsewhere`` are keys of the status that panels of the kind's own show.
    """

    def __init__(self, obj: HedgehogObject, viewer: Viewer, shown_elsewhere: tuple[str, ...] = ()) -> None:
        self.obj, self.viewer, self.elsewhere = obj, viewer, shown_elsewhere
        self.user = viewer.user
        self.kind = obj.kind_entry

    @cached_property
    def sentence(self) -> str:
        if self.kind is None:
            return ""
        return kinds.describe(self.kind, self.obj.manifest, self._find) + "."

    @cached_property
    def unserved(self) -> bool:
        """Whether the cluster does not serve the object's kind any more: then it is as it was last seen."""
        known = getattr(self.obj, "unserved", None)  # asked for with the object, on its own page
        if known is None:
            model = type(self.obj)
            known = model.objects.order_by().filter(not_served(model), pk=self.obj.pk).exists()
        return known

    @cached_property
    def absence(self) -> Absence:
        return Absence(self.obj, self.user)

    def _find(self, kind: str, name: str) -> dict[str, Any] | None:
        visible = model_for(kinds.by_name(kind)).objects.restrict(self.user, "view")
        found = visible.filter(fabric_id=self.obj.fabric_id, namespace=self.obj.namespace, name=name).first()
        return found.manifest if found else None

    def _tree(self, data: Any, described: kinds.Object | None) -> Tree:
        return tree(data, described, self.obj.fabric_id, self.obj.namespace)

    @cached_property
    def _unlinked(self) -> tuple[Tree, Tree]:
        spec, status = (self.kind.spec, self.kind.status) if self.kind else (None, None)
        shown = self.obj.status
        if isinstance(shown, dict) and isinstance(shown.get("state"), dict):
            state = {key: value for key, value in shown["state"].items() if key not in self.elsewhere}
            shown = {**shown, "state": state}
        return self._tree(self.obj.live, spec), self._tree(shown, status)

    @cached_property
    def _links(self) -> Links:
        """Of all that is named in spec and status: one query."""
        named = [leaf.key for each in self._unlinked for leaf in each.leaves if leaf.key]
        return Links(self.user, [*named, *islice(self._uses, USES)])

    @cached_property
    def _trees(self) -> tuple[Tree, Tree]:
        for each in self._unlinked:
            each.resolve(self._links)
        return self._unlinked

    @cached_property
    def _uses(self) -> dict[Key, list[str]]:
        return uses(self.obj)

    @property
    def more_uses(self) -> int:
        """How many more objects it names than are shown, at least."""
        return max(0, len(self._uses) - USES)

    @property
    def spec(self) -> Tree:
        return self._trees[0]

    @property
    def status(self) -> Tree:
        return self._trees[1]

    @property
    def uses(self) -> list[Use]:
        """What this object names, each once."""
        shown = islice(self._uses.items(), USES)
        return [Use(title(_(kinds.by_name(key.kind).label)), key.name, paths, self._links[key]) for key, paths in shown]

    @cached_property
    def used_by(self) -> list[UsedBy]:
        return used_by(self.obj, self.user)

    @cached_property
    def may_sync(self) -> bool:
        """Whether the user may have the cluster asked for this object."""
        return Fabric.objects.restrict(self.user, "sync").filter(pk=self.obj.fabric_id).exists()

    @cached_property
    def under_way(self) -> list[tuple[SyncRun, str]]:
        """The runs, queued or running, that look at this object; each with what it looks at."""
        active = self._runs.reads().active().order_by("-state")
        scopes = [(run, Scope.of(run.scope)) for run in active]
        return [(run, str(scope)) for run, scope in scopes if self._is_in(scope)]

    def syncs(self, keys: Collection[int]) -> list[tuple[SyncRun, str]]:
        """Like ``under_way``: the runs with these ``keys``, whether they have ended or not."""
        runs = self.viewer.runs(self._runs.filter(pk__in=keys).order_by("pk"))
        return [(seen.run, seen.scope_words) for seen in runs.values()]

    @property
    def _runs(self) -> SyncRunQuerySet:
        """The runs of the object's fabric that the user may see."""
        return SyncRun.objects.restrict(self.user, "view").filter(fabric=self.obj.fabric_id).lapses()

    def _is_in(self, scope: Scope) -> bool:
        own = (self.obj.namespace, self.obj.name)
        return scope.covers(self.obj.api_group, self.obj.kind) and (scope.namespace, scope.name) in (own, ("", ""))

    @cached_property
    def history(self) -> list[ResourceChange]:
        """The newest changes that sync runs brought, as far as the user may see those runs."""
        runs = self._runs.order_by()
        changes = ResourceChange.objects.filter(
            fabric=self.obj.fabric_id,
            kind=self.obj.kind,
            namespace=self.obj.namespace,
            name=self.obj.name,
            object_id=self.obj.pk,
            run__in=runs,
        )
        return list(changes.select_related("run").order_by("-pk")[:HISTORY])

    @cached_property
    def bytes(self) -> int:
        """How large the manifest is, as JSON."""
        return len(msgspec.json.encode(self.obj.manifest))

    @cached_property
    def yaml(self) -> str:
        """The manifest; empty where writing it would take longer than a page may."""
        if self.bytes > LARGEST_YAML:
            return ""
        try:
            return manifests.to_yaml(self.obj.manifest)
        except RecursionError:  # nested deeper than anything that a sync stores
            return ""

    @property
    def rest_url(self) -> str:
        """Where the object is given whole, whatever its size."""
        return reverse(get_viewname(self.obj, action="detail", rest_api=True), args=[self.obj.pk])

    @property
    def labels(self) -> "Texts":
        return Texts(self.obj.labels)

    @property
    def annotations(self) -> "Texts":
        return Texts(self.obj.annotations)


class Texts:
    """Labels or annotations: the first of ``values``, cut where they are long, and how many ``more`` there are."""

    def __init__(self, values: Any) -> None:
        known = values if isinstance(values, dict) else {}
        self.pairs = [
            (shortened(key, LONGEST), shortened(str(text), LONGEST)) for key, text in islice(known.items(), MOST_TEXTS)
        ]
        self.more = len(known) - len(self.pairs)
