"""Filters of sync runs, and of the objects of all kinds on one fabric."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from netbox.forms.mixins import SavedFiltersMixin
from utilities.forms import FilterForm
from utilities.forms.fields import DynamicModelMultipleChoiceField, QueryField
from utilities.forms.rendering import FieldSet

from netbox_hedgehog.models import Fabric, RunStateChoices, RunTriggerChoices, SyncRun

__all__ = ("SyncRunFilterForm",)


class SyncRunFilterForm(SavedFiltersMixin, FilterForm):
    model = SyncRun
    fieldsets = (
        FieldSet("q", "filter_id"),
        FieldSet("fabric_id", "state", "trigger", "requested_by_id", name=_("Run")),
    )
    q = QueryField(required=False, label=_("Search"))
    fabric_id = DynamicModelMultipleChoiceField(queryset=Fabric.objects.all(), required=False, label=_("Fabric"))
    state = forms.MultipleChoiceField(choices=RunStateChoices, required=False, label=_("State"))
    trigger = forms.MultipleChoiceField(choices=RunTriggerChoices, required=False, label=_("Cause"))
    requested_by_id = DynamicModelMultipleChoiceField(
        queryset=get_user_model().objects.all(), required=False, label=_("Requested by")
    )
