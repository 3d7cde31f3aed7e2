"""What NetBox asks of every model: its own test cases (``utilities.testing``), generated for each of ours.

Filter sets and GraphQL are tried for every model. Pages, REST and tables of the kinds come from factories and take
longer: there one kind is tried, and the one that stands for unknown kinds. Our own tests of them try every kind.
"""

from contextlib import nullcontext

import pytest
from utilities.testing import APIViewTestCases, ChangeLoggedFilterSetTestMixin, TableTestCases, TestCase, ViewTestCases
from utilities.testing.filtersets import BaseFilterSetTestMixin
from utilities.testing.utils import create_tags

from netbox_hedgehog import filtersets, tables
from netbox_hedgehog.api.serializers.kinds import FIELDS
from netbox_hedgehog.models import (
    VPC,
    Agent,
    CredentialChoices,
    Fabric,
    HedgehogObject,
    OtherResource,
    ResourceChange,
    RunIssue,
    SyncRun,
)
from tests.builders import KINDS, fabric, run, thing

API = APIViewTestCases
PAGE = ViewTestCases
# JSON is asked by paths: in GraphQL, and by the computed columns' filters.
JSON = ("spec", "live", "status", "annotations")
# What no face shows needs no filter.
OF_THE_ENGINE = tuple(name for name in HedgehogObject.LIVE if name not in FIELDS)
ERRORS = ("error_message", "error_hint")


@pytest.fixture(autouse=True)
def budgets_are_ours(monkeypatch):
    """NetBox keeps its numbers of queries in the app's own directory; ours are in query_budgets.json."""
    for module in ("views", "api"):
        monkeypatch.setattr(f"utilities.testing.{module}.assert_expected_query_count", lambda *_: nullcontext())


def make_three(model):
    """Three objects of MODEL, as the engine or a person makes them; the last is no like of the others."""
    if model is Fabric:
        return [fabric(name) for name in ("Fabric 1", "Fabric 2", "Fabric 3")]
    lab = fabric()
    if model is SyncRun:
        return [run(lab, state=state, scope={}) for state in ("succeeded", "failed", "cancelled")]
    if model in (RunIssue, ResourceChange):
        of = run(lab, state="failed")
        last = {"code": "invalid"} if model is RunIssue else {"action": "created", "fabric": lab}
        rows = [{"run": of, "kind": "VPC", "namespace": "default", "name": name, **last} for name in "abc"]
        return [model.objects.create(**row) for row in rows]
    return [thing(model, lab, name, live={"a": name}, labels={"l": name}) for name in ("one", "two", "three")]


class Ours:
    """Of all generated cases: the objects, the addresses, and what may be sent."""

    model = None

    @classmethod
    def setUpTestData(cls):
        make_three(cls.model)
        tags = create_tags("Alpha", "Bravo", "Charlie")
        keys = sorted(tag.pk for tag in tags)
        data = DATA.get(cls.model, {})
        cls.form_data = {"tags": keys, **data.get("form_data", {})}
        cls.bulk_edit_data = data.get("bulk_edit_data", {"add_tags": keys})
        cls.update_data = {"tags": keys, **data.get("update_data", {})}
        cls.bulk_update_data = data.get("bulk_update_data", {"tags": keys})
        cls.bulk_update_invalid_data = {"custom_fields": {"no-such-field": 1}}
        if cls.model is Fabric:
            first, second, *_ = Fabric.objects.order_by("pk")
            cls.csv_update_data = ("id,name,sync_interval", f"{first.pk},Renamed,600", f"{second.pk},Too,900")

    def _get_base_url(self):
        return f"plugins:{self.model._meta.app_label}:{self.model._meta.model_name}_{{}}"


class OursInREST(Ours):
    view_namespace = "plugins-api:netbox_hedgehog"


# Facts of a fabric have fields of their own.
NESTED = dict.fromkeys(("connection", "freshness", "drift", "health", "schedule"), "value")
NESTED |= {"conditions": "type", "watcher": "state"}


class OursInGraphQL(OursInREST):
    # By fabric and by JSON path: those have tests of their own.
    graphql_auto_filter_exclude = ("fabric_id", "run_id")

    def _get_graphql_base_name(self):
        names = {Fabric: "fabric", SyncRun: "sync_run", RunIssue: "run_issue", ResourceChange: "run_change"}
        if self.model in names:
            return f"hedgehog_{names[self.model]}"
        return f"hedgehog_{self.model.kind_entry.singular if self.model.kind_entry else 'other_resource'}"

    def _build_query_with_filter(self, name, filter_string):
        query = super()._build_query_with_filter(name, filter_string)
        if self.model is not Fabric:
            return query
        names = {line: (line.split() or [""])[0] for line in query.splitlines()}
        return "\n".join(f"{name} {{ {NESTED[name]} }}" if name in NESTED else line for line, name in names.items())


BRIEF = ["display", "fabric", "id", "name", "namespace", "state", "url"]
DATA = {
    Fabric: {
        "form_data": {
            "name": "Fabric X",
            "credential_kind": CredentialChoices.IN_CLUSTER,
            "mode": "observe",
            "sync_interval": 600,
            "shrink_percent": 30,
            "shrink_count": 5,
            "removal_runs": 3,
            "removal_hours": 24,
            "description": "new",
        },
        "bulk_edit_data": {"sync_interval": 1200, "description": "edited"},
        "update_data": {"description": "patched", "sync_interval": 900},
        "bulk_update_data": {"description": "patched"},
    },
}


def case(prefix, model, *bases, **attributes):
    """A test case of MODEL, bound where pytest finds it."""
    name = f"Test{prefix}{model.__name__}"
    globals()[name] = type(name, bases, {"model": model, "__module__": __name__, **attributes})


class OfAFilterSet(Ours):
    filter_name_map = {"labels": "label"}

    @classmethod
    def setUpTestData(cls):
        make_three(cls.model)

    @property
    def queryset(self):
        return self.model.objects.all()

    @property
    def filterset(self):
        return getattr(filtersets, f"{self.model.__name__}FilterSet")


# NetBox looks for the filter set in the package that the case says it is from.
FILTER_SETS = {"__module__": "netbox_hedgehog.tests"}

for each in KINDS:
    case(
        "Filters",
        each,
        OfAFilterSet,
        ChangeLoggedFilterSetTestMixin,
        TestCase,
        ignore_fields=(*OF_THE_ENGINE, *JSON),
        **FILTER_SETS,
    )
case(
    "Filters",
    Fabric,
    OfAFilterSet,
    ChangeLoggedFilterSetTestMixin,
    TestCase,
    # A filter on a credential would tell it letter by letter; guards of single kinds are JSON.
    ignore_fields=("credential_data", "ca_certificate", "kind_guards", "watcher"),
    **FILTER_SETS,
)
case(
    "Filters",
    SyncRun,
    OfAFilterSet,
    BaseFilterSetTestMixin,
    TestCase,
    # The engine's own, texts that the search finds, and JSON; the scope is filtered by kind and full.
    ignore_fields=("request_id", "epoch", "lease_until", "deadline", "scope", "progress", "counts", *ERRORS),
    **FILTER_SETS,
)
for each in (RunIssue, ResourceChange):
    case(
        "Filters",
        each,
        OfAFilterSet,
        BaseFilterSetTestMixin,
        TestCase,
        ignore_fields=("fields", "managers"),
        **FILTER_SETS,
    )


class OfATable:
    """Without rows: each column's order goes to the database all the same."""

    model = None


# Of the kinds' tables the one with the most columns, and the one of unknown kinds.
for each in (Fabric, SyncRun, Agent, OtherResource):
    case(
        "Table",
        each,
        OfATable,
        TableTestCases.StandardTableTestCase,
        table=getattr(tables, f"{each.__name__}Table"),
        queryset_sources=[("all", each.objects.all())],
    )

for each in (Fabric, SyncRun, *KINDS):
    case("GraphQL", each, OursInGraphQL, API.GraphQLTestCase)
for each in (RunIssue, ResourceChange):
    # Whoever may see the run and the object may see the row: it has no permission of its own.
    case(
        "GraphQL",
        each,
        OursInGraphQL,
        API.GraphQLTestCase,
        user_permissions=("netbox_hedgehog.view_syncrun", "netbox_hedgehog.view_vpc"),
        graphql_object_permission_assertions=False,
    )

case(
    "Page",
    Fabric,
    Ours,
    PAGE.PrimaryObjectViewTestCase,
    validation_excluded_fields=["credential_kind"],
    csv_data=(
        "name,credential_kind,sync_interval",
        "Fabric 4,in_cluster,600",
        "Fabric 5,in_cluster,700",
        "Fabric 6,in_cluster,800",
    ),
)
case("Page", SyncRun, Ours, PAGE.GetObjectViewTestCase, PAGE.ListObjectsViewTestCase)
case(
    "REST",
    Fabric,
    OursInREST,
    API.GetObjectViewTestCase,
    API.ListObjectsViewTestCase,
    API.CreateObjectViewTestCase,
    API.UpdateObjectViewTestCase,
    API.DeleteObjectViewTestCase,
    brief_fields=["description", "display", "id", "name", "url"],
    create_data=[{"name": f"New {number}", "credential_kind": "in_cluster"} for number in (1, 2, 3)],
)
case(
    "REST",
    SyncRun,
    OursInREST,
    API.GetObjectViewTestCase,
    API.ListObjectsViewTestCase,
    brief_fields=["created", "display", "id", "state", "url"],
)


class OfAKindsPages(
    Ours,
    PAGE.GetObjectViewTestCase,
    PAGE.GetObjectChangelogViewTestCase,
    PAGE.EditObjectViewTestCase,
    PAGE.ListObjectsViewTestCase,
    PAGE.BulkEditObjectsViewTestCase,
):
    __test__ = False
    # Its constraint is on a column that the form can edit; a kind's form has tags and custom fields only.
    test_bulk_edit_objects_with_constrained_permission = None


class OfAKindInREST(OursInREST, API.GetObjectViewTestCase, API.ListObjectsViewTestCase, API.UpdateObjectViewTestCase):
    __test__ = False
    brief_fields = BRIEF


for each in (VPC, OtherResource):
    case("Page", each, OfAKindsPages, __test__=True)
    case("REST", each, OfAKindInREST, __test__=True)


def test_no_readable_model_is_left_out():
    generated = {name for name in globals() if name.startswith("Test")}
    for model in (Fabric, SyncRun, RunIssue, ResourceChange, *KINDS):
        assert f"TestFilters{model.__name__}" in generated
        assert f"TestGraphQL{model.__name__}" in generated
