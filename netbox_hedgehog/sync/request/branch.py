"""Refuses syncs inside a branch of the netbox-branching plugin, if that is installed.

There is one cluster, and workers write what they read from it to main. A branch has copies of the fabrics, and may have
fabrics of its own: a request made inside it would be about rows that no worker can see.
"""

import sys

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

__all__ = ("refuse_inside_branch",)


def refuse_inside_branch() -> None:
    """Refuse the request if a branch is active.

    Raises:
        PermissionDenied: A branch is active; pages and REST show the message.
    """
    # netbox-branching is no dependency: if its module is not loaded, it is not installed.
    branching = sys.modules.get("netbox_branching.contextvars")
    if branching and (branch := branching.active_branch.get()):
        raise PermissionDenied(
            _("Syncs run on main only. Switch from branch {branch} to main and request the sync again.").format(
                branch=branch
            )
        )
