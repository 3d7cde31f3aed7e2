"""GraphQL types. Names begin with Hedgehog, since a Server or a Connection may be somebody else's too."""

from typing import TYPE_CHECKING, Annotated

import strawberry
import strawberry_django
from netbox.graphql.scalars import BigInt
from netbox.graphql.types import BaseObjectType, NetBoxObjectType, PrimaryObjectType, register_type
from strawberry.types import Info

from netbox_hedgehog import models
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.filtersets import computed_columns
from netbox_hedgehog.graphql.facts import ConditionType, FactType, WatcherType, facts_seen
from netbox_hedgehog.graphql.filters import FILTERS, FabricFilter, ResourceChangeFilter, RunIssueFilter, SyncRunFilter
from netbox_hedgehog.queries.viewer import RunView, viewer_of
from netbox_hedgehog.queries.visible import visible_changes, visible_issues

if TYPE_CHECKING:
    from dcim.graphql.types import SiteType
    from tenancy.graphql.types import TenantType
    from users.graphql.types import UserType

__all__ = ("TYPES", "FabricType", "ResourceChangeType", "RunIssueType", "SyncRunType")


@register_type(
    models.Fabric,
    name="HedgehogFabric",
    description="A fabric, how it is read, and what is known of its state.",
    # A list of what is shown rather than of what is not: no column with a credential comes in by accident.
    fields=[
        "id",
        "name",
        "description",
        "comments",
        "api_url",
        "ca_certificate",
        "credential_kind",
        "credential_file",
        "credential_set",
        "namespaces",
        "mode",
        "suspended",
        "watch",
        "sync_interval",
        "shrink_percent",
        "shrink_count",
        "kind_guards",
        "removal_runs",
        "removal_hours",
        "created",
        "last_updated",
    ],
    filters=FabricFilter,
    pagination=True,
)
class FabricType(PrimaryObjectType):
    site: Annotated["SiteType", strawberry.lazy("dcim.graphql.types")] | None
    tenant: Annotated["TenantType", strawberry.lazy("tenancy.graphql.types")] | None

    @strawberry_django.field(only=["api_url"])
    def encrypted(self) -> bool | None:
        return self.encrypted

    @strawberry_django.field(only=["id"])
    def connection(self, info: Info) -> FactType:
        return facts_seen(info, self).connection

    @strawberry_django.field(only=["id"])
    def freshness(self, info: Info) -> FactType:
        return facts_seen(info, self).freshness

    @strawberry_django.field(only=["id"])
    def drift(self, info: Info) -> FactType:
        return facts_seen(info, self).drift

    @strawberry_django.field(only=["id"])
    def health(self, info: Info) -> FactType:
        return facts_seen(info, self).health

    @strawberry_django.field(only=["id"])
    def schedule(self, info: Info) -> FactType:
        return facts_seen(info, self).schedule

    @strawberry_django.field(only=["id"])
    def sentence(self, info: Info) -> str:
        return facts_seen(info, self).sentence

    @strawberry_django.field(only=["id"])
    def conditions(self, info: Info) -> list[ConditionType]:
        # Not the rows: whoever may see the fabric may see these, and a field of rows would ask the database again.
        return list(facts_seen(info, self).conditions)

    @strawberry_django.field(only=["id"])
    def watcher(self, info: Info) -> WatcherType | None:
        watching = facts_seen(info, self).watching
        return WatcherType.of(watching) if watching else None


@strawberry_django.type(
    models.Hold,
    name="HedgehogHold",
    description="Objects that a guard kept, together, and who has let them through.",
    fields=["id", "count", "created", "approver", "approved_at", "reason", "closed_at"],
)
class HoldType:
    approved_by: Annotated["UserType", strawberry.lazy("users.graphql.types")] | None


class OfRun(BaseObjectType):
    """Rows of a run are seen by whoever may see the run, as far as they may see the objects."""

    @classmethod
    def get_queryset(cls, queryset, info: Info, **_kwargs):
        user = info.context.request.user
        visible = visible_issues if queryset.model is models.RunIssue else visible_changes
        return visible(queryset.filter(run__in=models.SyncRun.objects.restrict(user, "view")), user)


@register_type(
    models.RunIssue,
    name="HedgehogRunIssue",
    description="One problem in one run, with one object or with a whole kind.",
    fields=["id", "api_group", "kind", "namespace", "name", "code", "message", "hint"],
    filters=RunIssueFilter,
    pagination=True,
)
class RunIssueType(OfRun):
    run: Annotated["SyncRunType", strawberry.lazy("netbox_hedgehog.graphql.types")] | None


@register_type(
    models.ResourceChange,
    name="HedgehogRunChange",
    description="What one run did with one object.",
    fields=["id", "kind", "namespace", "name", "action"],
    filters=ResourceChangeFilter,
    pagination=True,
)
class ResourceChangeType(OfRun):
    run: Annotated["SyncRunType", strawberry.lazy("netbox_hedgehog.graphql.types")] | None
    object_id: BigInt | None

    @strawberry_django.field(only=["fields"])
    def fields(self) -> strawberry.scalars.JSON:
        return self.paths


# The columns from which it is told what a reader may see of a run.
SEEN = ["fabric_id", "state", "scope", "progress", "counts", "error_code", "error_message", "error_hint"]


def run_seen(info: Info, run: models.SyncRun) -> RunView:
    """What the reader may see of ``run``."""
    return viewer_of(info.context.request).run(run)


@register_type(
    models.SyncRun,
    name="HedgehogSyncRun",
    description="One sync of one fabric, from the request to its end.",
    fields=[
        "id",
        "operation",
        "trigger",
        "requester",
        "requests",
        "created",
        "started",
        "finished",
        "worker",
    ],
    filters=SyncRunFilter,
    pagination=True,
)
class SyncRunType(BaseObjectType):
    fabric: FabricType | None

    @strawberry_django.field(only=["id", "fabric"])
    def display(self) -> str:
        try:
            return str(self)
        except models.Fabric.DoesNotExist:  # which the user may not see
            return f"#{self.pk}"

    requested_by: Annotated["UserType", strawberry.lazy("users.graphql.types")] | None
    held: HoldType | None
    let_through: HoldType | None
    issues: list[RunIssueType]
    changes: list[ResourceChangeType]

    @classmethod
    def get_queryset(cls, queryset, info: Info, **kwargs):
        return super().get_queryset(queryset, info, **kwargs).lapses()

    @strawberry_django.field(only=["state"])
    def state(self) -> str:
        return self.known_state

    @strawberry_django.field(only=SEEN)
    def scope(self, info: Info) -> strawberry.scalars.JSON:
        return run_seen(info, self).scope

    @strawberry_django.field(only=SEEN)
    def progress(self, info: Info) -> strawberry.scalars.JSON:
        return run_seen(info, self).progress

    @strawberry_django.field(only=SEEN)
    def counts(self, info: Info) -> strawberry.scalars.JSON:
        return run_seen(info, self).counts

    @strawberry_django.field(only=SEEN)
    def error_code(self, info: Info) -> str:
        return run_seen(info, self).error_code

    @strawberry_django.field(only=SEEN)
    def error_message(self, info: Info) -> str:
        return run_seen(info, self).error_message

    @strawberry_django.field(only=SEEN)
    def error_hint(self, info: Info) -> str:
        return run_seen(info, self).error_hint


@strawberry.type
class HedgehogType(NetBoxObjectType):
    """An object of any kind: its identity, its intent and what was observed."""

    fabric: FabricType | None
    generation: BigInt | None
    missing_run: BigInt | None
    held_run: BigInt | None

    @strawberry_django.field(only=["missing_since", "missing_run"])
    def missing_by(self) -> str:
        return models.HedgehogObject.missing_by.fget(self)

    @strawberry_django.field(only=["missing_since"])
    def state(self) -> str:
        return models.HedgehogObject.state.fget(self)

    @strawberry_django.field
    def drift(self) -> str:
        return models.HedgehogObject.drift.fget(self)


@strawberry.type
class KnownType(HedgehogType):
    """Of a kind that the plugin knows: what it is called is not in the row."""

    @strawberry_django.field
    def api_group(self) -> str:
        return self.kind_entry.group

    @strawberry_django.field
    def kind(self) -> str:
        return self.kind_entry.kind


COLUMNS = (
    "id",
    "namespace",
    "name",
    "spec",
    "api_version",
    "uid",
    "resource_version",
    "cluster_created",
    "live",
    "status",
    "labels",
    "annotations",
    "deleting",
    "seen_at",
    "missing_since",
    "missing_runs",
    "created",
    "last_updated",
)


SERVED = "Whether the cluster serves the object's kind; if not, the object is as it was last seen."


def _served(self) -> bool:
    return self.kind_served


def _type_for(model: type[models.HedgehogObject]) -> type:
    other = bool(model.identity_fields)
    columns = [*COLUMNS, *computed_columns(model), *model.identity_fields]
    served = strawberry_django.field(annotate={"kind_served": ~models.not_served(model)}, description=SERVED)(_served)
    declared = make_class(__name__, f"{model.__name__}Type", HedgehogType if other else KnownType, served=served)
    name = f"Hedgehog{model.__name__}"
    about = "An object of a kind that this version of the plugin does not know." if other else model.kind_entry.summary
    options = {"name": name, "description": about, "fields": columns, "filters": FILTERS[model], "pagination": True}
    # Bound as registered: another plugin may have added to it.
    return bind(register_type(model, **options)(declared))


TYPES = {model: _type_for(model) for model in models.kind_models()}
