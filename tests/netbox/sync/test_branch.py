"""Fault 46: a request inside a NetBox branch starts no sync. netbox-branching is not installed here: a module of the
name and the variable that it has stands in for it."""

import sys
from contextvars import ContextVar
from types import ModuleType

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from users.models import User

from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync.request.request import request_sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def active_branch(monkeypatch):
    """The variable in which netbox-branching keeps the branch of the request."""
    module = ModuleType("netbox_branching.contextvars")
    module.active_branch = ContextVar("active_branch", default=None)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    token = module.active_branch.set("maintenance-window")
    yield module.active_branch
    module.active_branch.reset(token)


def test_fault_46_request_inside_a_branch_starts_no_sync_and_says_why(fabric, active_branch):
    with pytest.raises(PermissionDenied, match="maintenance-window"):
        request_sync(fabric, "command")
    assert not SyncRun.objects.exists()
    token = active_branch.set(None)
    assert request_sync(fabric, "command").created
    active_branch.reset(token)


def test_fault_46_button_and_rest_tell_it_as_a_refusal(fabric, active_branch):
    client = Client()
    client.force_login(User.objects.create_superuser("operator"))
    page = client.post(reverse("plugins:netbox_hedgehog:fabric_sync", args=[fabric.pk]))
    rest = client.post(reverse("plugins-api:netbox_hedgehog-api:fabric-sync", args=[fabric.pk]))
    assert (page.status_code, rest.status_code) == (403, 403)
    assert "maintenance-window" in rest.json()["detail"]
    assert not SyncRun.objects.exists()
