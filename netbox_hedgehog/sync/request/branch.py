"""NetBox branches, of the plugin netbox-branching where it is installed. A sync is of main rows, never of a branch.

The cluster is one, and workers write what they see of it to main. A branch has a copy of the fabrics, and may have
fabrics of its own: a request made inside it would be about rows that no worker can see."""

import sys

from django.core.exceptions import PermissionDenied

__all__ = ("refuse_inside_branch",)


def refuse_inside_branch() -> None:
    """Raise PermissionDenied, which pages and REST tell in its words, where a branch is active."""
    # Asked of what is loaded: the plugin is no dependency, and where it does not run nothing has loaded it.
    branching = sys.modules.get("netbox_branching.contextvars")
    if branching and (branch := branching.active_branch.get()):
        raise PermissionDenied(f"A sync is not of a branch. Leave branch {branch} and request it again.")
