"""What guards hold, and its approval, in REST."""

from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from users.api.serializers_.users import UserSerializer

from netbox_hedgehog.models import HeldObject, Hold
from netbox_hedgehog.presentation.removal_hold_state import MISSING, PRESENT

__all__ = ("HeldObjectSerializer", "HoldSerializer", "OverrideSerializer")


class HoldSerializer(BaseModelSerializer):
    """Objects that a guard kept, together; approved_* and reason are empty until someone has let them through."""

    approved_by = UserSerializer(nested=True, read_only=True, allow_null=True)

    class Meta:
        model = Hold
        fields = ("id", "count", "created", "approved_at", "approver", "approved_by", "reason", "closed_at")
        read_only_fields = fields


class HeldObjectSerializer(BaseModelSerializer):
    """One object that a guard kept; ``code`` is the guard's, ``object_id`` the object's in the list of its kind.

    ``state`` is how NetBox shows the object now; null where it has been removed.
    """

    state = serializers.ChoiceField(choices=(PRESENT, MISSING), read_only=True, allow_null=True)

    class Meta:
        model = HeldObject
        fields = ("id", "kind", "namespace", "name", "uid", "object_id", "code", "state")
        read_only_fields = fields
        brief_fields = ("id", "kind", "namespace", "name", "code")


class OverrideSerializer(serializers.Serializer):
    """Why what a guard has held may go."""

    reason = serializers.CharField(help_text="Kept with the run and in the fabric's change log.")
