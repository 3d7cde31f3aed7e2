"""The filters of a fabric's Resources tab."""

from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.string import title

from netbox_hedgehog.forms.kinds import STATES
from netbox_hedgehog.models import kind_models

__all__ = ("ResourcesFilterForm",)


def _kinds() -> list[tuple[str, str]]:
    named = [(model._meta.model_name, title(model._meta.verbose_name_plural)) for model in kind_models()]
    return [("", _("All kinds")), *named]


class ResourcesFilterForm(forms.Form):
    kind = forms.ChoiceField(choices=_kinds, required=False, label=_("Kind"))
    state = forms.ChoiceField(choices=STATES, required=False, label=_("State"))
    q = forms.CharField(required=False, label=_("Name"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
