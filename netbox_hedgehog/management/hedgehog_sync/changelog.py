"""The change log for what is done at a terminal, where no request stands behind it."""

import getpass
from uuid import uuid4

from core.choices import ObjectChangeActionChoices

from netbox_hedgehog.models import Fabric

__all__ = ("log_added", "log_changed", "os_user")


def os_user() -> str:
    """Who is at the terminal; empty where the system does not know the user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def log_added(fabric: Fabric) -> None:
    """``fabric`` was added by the command."""
    _log(fabric, ObjectChangeActionChoices.ACTION_CREATE)


def log_changed(fabric: Fabric) -> None:
    """``fabric`` was changed by the command since its ``snapshot``."""
    _log(fabric, ObjectChangeActionChoices.ACTION_UPDATE)


def _log(fabric: Fabric, action: str) -> None:
    entry = fabric.to_objectchange(action)
    entry.user_name, entry.request_id = os_user() or "hedgehog_sync", uuid4()
    entry.message = "By netbox hedgehog_sync"
    entry.save()
