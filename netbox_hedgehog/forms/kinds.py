"""Forms of the kinds: their objects are the cluster's, so that only what NetBox adds can be edited."""

from functools import cache

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms import NetBoxModelBulkEditForm, NetBoxModelFilterSetForm, NetBoxModelForm
from utilities.forms.fields import DynamicModelMultipleChoiceField, TagFilterField
from utilities.forms.rendering import FieldSet
from utilities.string import title

from netbox_hedgehog import kinds
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.filtersets import reference_filters
from netbox_hedgehog.forms.names import NamesField
from netbox_hedgehog.models import (
    CONNECTION_TYPES,
    Connection,
    Fabric,
    HedgehogObject,
    kind_models,
    model_for,
)

__all__ = ("bulk_edit_form_for", "filter_form_for", "form_for")

# Where NetBox looks for a model's forms.
PACKAGE = "netbox_hedgehog.forms"
STATES = (("", "---------"), ("present", _("Present")), ("missing", _("Missing")))


@cache
def form_for(model: type[HedgehogObject]) -> type[NetBoxModelForm]:
    """Tags and custom fields of one object."""
    meta = {"model": model, "fields": ("tags",)}
    fieldsets = (FieldSet("tags", name=_("In NetBox")),)
    return bind(make_class(PACKAGE, f"{model.__name__}Form", NetBoxModelForm, meta=meta, fieldsets=fieldsets))


@cache
def bulk_edit_form_for(model: type[HedgehogObject]) -> type[NetBoxModelBulkEditForm]:
    """Tags and custom fields of many objects."""
    name = f"{model.__name__}BulkEditForm"
    return bind(make_class(PACKAGE, name, NetBoxModelBulkEditForm, model=model, nullable_fields=()))


def _text(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(required=False, label=label, help_text=help_text)


def _targets(model: type[HedgehogObject]) -> dict[str, kinds.Kind]:
    """The kinds that objects of ``model`` can name, each by the filter for it."""
    return {name: kinds.by_name(target) for name, target in reference_filters(model.kind_entry).items()}


@cache
def filter_form_for(model: type[HedgehogObject]) -> type[NetBoxModelFilterSetForm]:
    """The filters of a kind's list: where and what it is, and every kind that it can name."""
    references = {
        name: NamesField(model_for(kind).objects.all(), label=title(kind.label))
        for name, kind in _targets(model).items()
    }
    own = {}
    if model.identity_fields:
        own = {"api_group": _text(_("API group")), "kind": _text(_("Kind"))}
    elif model is Connection:
        types = [(each, each) for each in CONNECTION_TYPES]
        own = {"type": forms.MultipleChoiceField(choices=types, required=False, label=_("Type"))}
    fields = {
        "fabric_id": DynamicModelMultipleChoiceField(queryset=Fabric.objects.all(), required=False, label=_("Fabric")),
        "state": forms.ChoiceField(choices=STATES, required=False, label=_("State")),
        "namespace": _text(_("Namespace")),
        "name": _text(_("Name")),
        "label": _text(_("Label"), _("key=value, or key alone")),
        **own,
        **references,
        "tag": TagFilterField(model),
    }
    fieldsets = [
        FieldSet("q", "filter_id", "tag"),
        FieldSet("fabric_id", "state", "namespace", "name", "label", *own, name=_("Object")),
    ]
    if references:
        fieldsets.append(FieldSet(*references, name=_("Refers to")))
    name = f"{model.__name__}FilterForm"
    return bind(make_class(PACKAGE, name, NetBoxModelFilterSetForm, **fields, model=model, fieldsets=fieldsets))


for kind_model in kind_models():
    for make in (form_for, bulk_edit_form_for, filter_form_for):
        make(kind_model)
