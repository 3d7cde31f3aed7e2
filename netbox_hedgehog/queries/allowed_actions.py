"""Which of a fabric's own actions a user may take."""

from typing import Any

from netbox_hedgehog.models import Fabric

__all__ = ("allowed_actions",)


def allowed_actions(user: Any, fabric: Fabric) -> dict[str, bool]:
    """Which of the fabric's own actions ``user`` may take on ``fabric``, by name with ``may_`` before it."""
    return {
        f"may_{action}": Fabric.objects.restrict(user, action).filter(pk=fabric.pk).exists()
        for action in ("sync", "test")
    }
