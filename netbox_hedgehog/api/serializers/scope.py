"""The scope of a requested sync, in REST."""

from rest_framework import serializers

from netbox_hedgehog.queries.scope_from_names import BadScope, scope_from_names
from netbox_hedgehog.queries.viewer import viewer_of
from netbox_hedgehog.sync import Scope

__all__ = ("ScopeSerializer",)


def _text(help_text: str) -> serializers.CharField:
    return serializers.CharField(required=False, default="", allow_blank=True, help_text=help_text)


class ScopeSerializer(serializers.Serializer):
    """Empty: the whole fabric. With a kind that kind alone, with a name one object of it.

    The context has the ``fabric``; once valid, ``scope`` is what was asked for.
    """

    kind = _text("Sync this kind alone: VPC, or as kubectl takes it: vpcs, vpc.")
    namespace = _text("Of the object called name; default where it is left out.")
    name = _text("Sync this object of the kind alone.")
    group = _text("API group of the kind, where several have a kind of this name.")
    hard = serializers.BooleanField(
        required=False, default=False, help_text="Compare everything anew, whatever was found to be the same before."
    )

    scope: Scope

    def validate(self, data):
        try:
            self.scope = scope_from_names(self.context["fabric"], **data, viewer=viewer_of(self.context["request"]))
        except BadScope as bad:
            raise serializers.ValidationError({bad.field: [str(bad)]}) from None
        return data
