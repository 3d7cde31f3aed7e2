"""NetBox's event rules for changes that no request makes: what a request does for each change, called directly.

NetBox documents event rules for users, and for plugins the types of events, not how an event is sent. No issue upstream
is known that asks for it.
"""

from typing import Any
from uuid import UUID

from extras.events import enqueue_event, flush_events
from utilities.request import NetBoxFakeRequest

__all__ = ("enqueue_event", "flush_events", "request_of")


def request_of(user: Any, path: str, request_id: UUID) -> NetBoxFakeRequest:
    """The request that NetBox's event rules expect behind every change: of a webhook, of a script, of a message.

    Args:
        user: The NetBox user in whose name the change is made, or None.
        path: Address of the page that tells of it.
        request_id: What its change-log entries have in common.
    """
    return NetBoxFakeRequest(
        {
            **{name: {} for name in ("META", "COOKIES", "POST", "GET", "FILES")},
            "user": user,
            "method": "POST",
            "path": path,
            "path_info": path,
            "id": request_id,
        }
    )
