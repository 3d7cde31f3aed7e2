"""A fabric's credential on its way in over REST. The rules are the model's (``models.entry``), as for every way in."""

from typing import Any

from rest_framework import serializers

from netbox_hedgehog.models.entry import SECRETS

__all__ = ("SECRETS", "CredentialMixin", "secret")


def secret(help_text: str) -> serializers.CharField:
    """A part of a credential: it goes in and never comes out."""
    return serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,  # the rules tell a blank one, with the next step
        trim_whitespace=False,  # PEM and YAML want the end of their last line
        help_text=help_text,
        style={"input_type": "password"},
    )


class CredentialMixin:
    """Hands what was sent of a credential to the model, whose full_clean() NetBox's serializer calls."""

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.nested:
            return super().validate(data)
        given = {name: data.pop(name) for name in SECRETS if name in data}
        data = super().validate({**data, "entered": given})
        del data["entered"]
        return data
