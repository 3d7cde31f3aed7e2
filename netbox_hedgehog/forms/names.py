"""A field that picks objects of a kind by their names."""

from typing import Any

from django import forms
from utilities.forms.fields import DynamicModelMultipleChoiceField
from utilities.views import get_action_url

__all__ = ("NamesField",)


class NamesField(DynamicModelMultipleChoiceField):
    """Names of objects: NetBox's picker offers those of the fabrics that are chosen in the form's ``fabric_id``.

    Its value is a list of names, since a reference can name what does not exist, or no longer does.
    """

    def __init__(self, queryset, **options: Any) -> None:
        options = {"required": False, "query_params": {"fabric_id": "$fabric_id"}, **options}
        super().__init__(queryset, to_field_name="name", context={"value": "name"}, **options)

    def get_bound_field(self, form: forms.Form, field_name: str) -> forms.BoundField:
        bound = forms.BoundField(form, self, field_name)
        # Of the options the page has those that are chosen, without a look at the database; the picker fetches more.
        self.widget.choices = [(name, name) for name in self.clean(bound.value())]
        self.widget.attrs["data-url"] = get_action_url(self.model, action="list", rest_api=True)
        return bound

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys([value] if isinstance(value, str) else value or ()))
