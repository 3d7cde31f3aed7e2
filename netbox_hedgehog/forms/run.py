"""Forms about sync runs: their filters, and the reason for letting through what one has held."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from netbox.forms.mixins import SavedFiltersMixin
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, FilterForm
from utilities.forms.fields import DynamicModelMultipleChoiceField, QueryField
from utilities.forms.rendering import FieldSet

from netbox_hedgehog.models import Fabric, RunStateChoices, RunTriggerChoices, SyncRun

__all__ = ("OverrideForm", "SyncRunFilterForm")


class SyncRunFilterForm(SavedFiltersMixin, FilterForm):
    model = SyncRun
    fieldsets = (
        FieldSet("q", "filter_id"),
        FieldSet("fabric_id", "state", "trigger", "requested_by_id", name=_("Run")),
        FieldSet("full", "kind", name=_("Scope")),
    )
    q = QueryField(required=False, label=_("Search"))
    fabric_id = DynamicModelMultipleChoiceField(queryset=Fabric.objects.all(), required=False, label=_("Fabric"))
    state = forms.MultipleChoiceField(choices=RunStateChoices, required=False, label=_("State"))
    trigger = forms.MultipleChoiceField(choices=RunTriggerChoices, required=False, label=_("Cause"))
    requested_by_id = DynamicModelMultipleChoiceField(
        queryset=get_user_model().objects.all(), required=False, label=_("Requested by")
    )
    full = forms.NullBooleanField(
        required=False,
        label=_("Of the whole fabric"),
        widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES),
    )
    kind = forms.CharField(required=False, label=_("Of this kind alone"))


class OverrideForm(forms.Form):
    """Why what a guard has held may go."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(
            {"rows": 3, "class": "form-control", "placeholder": _("Rack 7 was taken down, ticket 4711")}
        ),
        help_text=_("Kept with the run and in the fabric's change log, with your name."),
        error_messages={"required": _("Say why these objects may go; the reason is kept with the run.")},
    )
