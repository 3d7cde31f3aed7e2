"""The actions that a user may take on a fabric."""

from typing import Any

from netbox_hedgehog.models import Fabric

__all__ = ("allowed_actions",)


def allowed_actions(user: Any, fabric: Fabric) -> dict[str, bool]:
    """Check the actions that a fabric has beyond NetBox's own.

    Returns:
        Whether each is allowed, by its name after ``may_``: ``may_sync``, ``may_test``.
    """
    return {
        f"may_{action}": Fabric.objects.restrict(user, action).filter(pk=fabric.pk).exists()
        for action in ("sync", "test")
    }
