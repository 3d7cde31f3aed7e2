"""What the tests of the pages share: browsers of users, and what they read."""

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse
from users.models import User
from utilities.views import get_viewname

from netbox_hedgehog.models import Fabric, KindObservation
from tests.builders import user

__all__ = (
    "HTMX",
    "address",
    "browser",
    "look",
    "root",
    "text",
)

HTMX = {"HTTP_HX_REQUEST": "true"}


def browser(of: User) -> Client:
    """A browser in which OF is logged in."""
    client = Client()
    client.force_login(of)
    return client


def root() -> Client:
    """The browser of a superuser."""
    return browser(user("root", superuser=True))


def address(target: Any, action: str | None = None) -> str:
    """The page of an object or, for a model, of its list, or of ACTION."""
    if isinstance(target, type):
        return reverse(get_viewname(target, action or "list"))
    return reverse(get_viewname(target, action), args=[target.pk])


def text(response) -> str:
    """What a page says, in one line: without menu, tags, scripts and attributes."""
    body = response.content.decode()
    body = body[body.find('id="page-content"') :] if 'id="page-content"' in body else body
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def look(of: Fabric, model, complete=True, **columns: Any) -> KindObservation:
    """What a run learned of a kind."""
    from django.utils import timezone

    now = timezone.now()
    values = {"api_group": model.kind_entry.group, "kind": model.kind_entry.kind, "looked_at": now}
    values["complete_at"] = now if complete else None
    return KindObservation.objects.create(fabric=of, **{**values, **columns})
