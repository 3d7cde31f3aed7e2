"""Guards of single kinds, as people type them: a line each."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models import kind_guards

__all__ = ("KindGuardsField",)


class KindGuardsField(forms.CharField):
    """KIND:PERCENT:COUNT in each line; its value is the model's, an object by kind."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(
            {"rows": 3, "class": "font-monospace", "placeholder": "VPC:10:0", "spellcheck": "false"}
        )
        super().__init__(
            **{
                "required": False,
                "strip": False,  # lines are counted
                "label": _("Guards of single kinds"),
                "help_text": _(
                    "For kinds that need others than the two above, a line each: KIND:PERCENT:COUNT. With "
                    "<code>VPC:10:0</code> a run that finds more than 10% of the VPCs gone removes none of them."
                ),
                "widget": widget,
                **options,
            }
        )

    def prepare_value(self, value: Any) -> Any:
        return kind_guards.to_lines(value) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> dict[str, dict[str, int]]:
        try:
            return kind_guards.from_lines(super().to_python(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
