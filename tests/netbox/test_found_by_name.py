"""What NetBox imports by dotted name or pickles into a job: each class of ours is found under the name it gives."""

import importlib
import pickle
import pkgutil

import pytest
from core.models import ObjectType
from django import forms
from django.db.models import Model
from django.urls import URLPattern, get_resolver, reverse
from django.utils.module_loading import import_string
from django.views import View
from django_filters import FilterSet
from django_tables2 import Table
from extras.dashboard.widgets import DashboardWidget
from extras.models import TableConfig
from netbox.jobs import JobRunner
from netbox.plugins import PluginTemplateExtension
from netbox.registry import registry
from netbox.search import SearchIndex
from rest_framework.permissions import BasePermission
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from utilities.api import get_graphql_type_for_model, get_serializer_for_model
from utilities.tables import get_table_for_model
from utilities.views import get_viewname

import netbox_hedgehog
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.models import Fabric, ResourceChange, RunIssue, SyncRun
from tests.builders import KINDS
from tests.netbox.views.given import root

APP = "netbox_hedgehog"
MODELS = [Fabric, SyncRun, *KINDS]
WITH_TYPES = [*MODELS, RunIssue, ResourceChange]
# What NetBox, Django and DRF take as classes: a new kind of face is added here.
FACES = (
    View,
    APIView,
    Table,
    FilterSet,
    forms.BaseForm,
    forms.Field,
    BaseSerializer,
    SearchIndex,
    JobRunner,
    BasePermission,
    DashboardWidget,
    PluginTemplateExtension,
    Model,
)


def import_everything():
    for module in pkgutil.walk_packages(netbox_hedgehog.__path__, f"{APP}."):
        importlib.import_module(module.name)


def ours(classes):
    return [each for each in classes if each.__module__.split(".")[0] == APP]


def subclasses(base):
    for each in base.__subclasses__():
        yield each
        yield from subclasses(each)


def named(made):
    return f"{made.__module__}.{made.__qualname__}"


def assert_found(classes, at_least):
    """Each of CLASSES is found by its name, and is itself again after a way through a job's queue."""
    lost = []
    for made in classes:
        try:
            same = pickle.loads(pickle.dumps(made)) is made is import_string(named(made))
        except (ImportError, pickle.PicklingError, AttributeError) as error:
            same = error
        if same is not True:
            lost.append((named(made), same))
    assert lost == []
    assert len(classes) >= at_least


def registered_views():
    found = []
    for models in registry["views"][APP].values():
        for each in models:
            view = each["view"]
            found.append(import_string(view) if isinstance(view, str) else view)
    return found


def addressed(patterns):
    """The classes of the views behind PATTERNS, whatever they are included in."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", pattern.callback)
        else:
            yield from addressed(pattern.url_patterns)


def test_every_registered_view_is_found_and_can_be_put_into_a_job():
    assert_found(ours(registered_views()), at_least=6 * len(KINDS) + 15)


def test_every_view_behind_an_address_is_found():
    # Of each kind the pages' list, page, edit, bulk edit and two for syncs; in REST a list, an object and a sync.
    classes = ours(each for each in addressed(get_resolver().url_patterns) if hasattr(each, "__module__"))
    assert_found(classes, at_least=9 * len(KINDS))


def test_every_class_that_the_plugin_makes_is_found():
    import_everything()
    made = {each for base in FACES for each in ours(subclasses(base))}
    # NetBox makes these for its schema, in our name, and never looks for them.
    made = {each for each in made if not each.__name__.startswith(("Bulk", "PatchedBulk"))}
    assert_found(sorted(made, key=named), at_least=12 * len(KINDS))
    for model in KINDS:
        expected = ("Table", "FilterSet", "Form", "BulkEditForm", "FilterForm", "Serializer", "ViewSet", "Index")
        names = {each.__name__ for each in made}
        assert {f"{model.__name__}{what}" for what in expected} <= names


def test_what_is_registered_for_search_filters_jobs_and_graphql_is_found():
    filtersets = [made for label, made in registry["filtersets"].items() if label.startswith(f"{APP}.")]
    indexes = [made for label, made in registry["search"].items() if label.startswith(f"{APP}.")]
    assert_found(filtersets, at_least=len(MODELS))
    assert_found(indexes, at_least=len(KINDS) + 1)
    assert_found(ours(registry["system_jobs"]), at_least=1)
    assert_found(ours(registry["plugins"]["graphql_schemas"]), at_least=1)
    assert_found([get_graphql_type_for_model(model) for model in WITH_TYPES], at_least=len(WITH_TYPES))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_netbox_finds_the_classes_of_a_model_by_the_models_name(model):
    name = model.__name__
    assert get_serializer_for_model(model).Meta.model is model
    assert get_table_for_model(model).Meta.model is model
    assert get_graphql_type_for_model(model).__strawberry_django_definition__.model is model
    assert import_string(f"{APP}.filtersets.{name}FilterSet").Meta.model is model
    assert registry["filtersets"][f"{APP}.{model._meta.model_name}"] is import_string(
        f"{APP}.filtersets.{name}FilterSet"
    )
    assert import_string(f"{APP}.forms.{name}FilterForm").model is model
    assert import_string(f"{APP}.graphql.filters.{name}Filter").__strawberry_django_definition__.model is model
    if model is not SyncRun:  # nobody edits a run
        assert import_string(f"{APP}.forms.{name}Form").Meta.model is model
        assert import_string(f"{APP}.forms.{name}BulkEditForm").model is model
        assert import_string(f"{APP}.views.{name}View" if model in KINDS else f"{APP}.views.fabric.FabricView")


def test_a_second_class_of_a_name_is_refused():
    made = make_class(__name__, "OnlyOne")
    try:
        assert bind(made) is bind(made) is import_string(f"{__name__}.OnlyOne")
        with pytest.raises(TypeError, match="another OnlyOne"):
            bind(make_class(__name__, "OnlyOne"))
    finally:
        del globals()["OnlyOne"]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_netbox_opens_the_object_selector_and_a_saved_table(model):
    """Pages of NetBox's own that import a filter form, a filter set or a table by the model's name."""
    admin = root()
    label = model._meta.label_lower
    for query in ({"_model": label, "target": "x"}, {"_model": label, "_search": "1"}):
        assert admin.get("/htmx/object-selector/", query).status_code == 200
    table = get_table_for_model(model)
    column = next(name for name in table.base_columns if name not in ("pk", "actions"))
    object_type = ObjectType.objects.get_for_model(model)
    columns = {"columns": [column], "ordering": [f"-{column}"]}
    config = TableConfig(name="mine", table=table.__name__, object_type=object_type, **columns)
    config.full_clean()
    config.save()
    assert config.table_class is table
    page = admin.get(f"/extras/table-configs/{config.pk}/edit/")
    assert page.status_code == 200
    assert f'value="{column}"' in page.content.decode()
    listed = admin.get(reverse(get_viewname(model, "list")), {"tableconfig_id": config.pk})
    assert listed.status_code == 200
    assert {name for name, _ in listed.context["table"].selected_columns} == {column}
