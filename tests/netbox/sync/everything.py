"""All that NetBox tells of a fabric to whoever may see everything: each answer as text, by name."""

import json
from contextlib import suppress
from io import StringIO

from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from graphql import get_named_type, is_leaf_type
from netbox.graphql.schema import schema
from prometheus_client import CollectorRegistry, generate_latest
from rest_framework.test import APIClient

from netbox_hedgehog.metrics.collector import COLLECTOR
from netbox_hedgehog.models import Agent, Fabric, GatewayAgent, SyncRun
from tests.builders import user
from tests.netbox.api.given import BASE, client

__all__ = ("everything_told",)

COMMANDS = ("status", "status --json", "runs gateway", "runs gateway --json", "schedule")
TYPES = {
    "Fabric": "fabric",
    "SyncRun": "sync_run",
    "RunIssue": "run_issue",
    "Agent": "agent",
    "GatewayAgent": "gatewayagent",
}


def everything_told(fabric: Fabric) -> dict[str, str]:
    """REST, GraphQL, pages and exports, the command's output and the metrics."""
    root = user("root", superuser=True)
    rest, browser = client(root), Client()
    browser.force_login(root)
    registry = CollectorRegistry()
    registry.register(COLLECTOR)
    return {
        **_rest(rest),
        **_graphql(rest),
        **_pages(browser, fabric),
        **_commands(),
        "metrics": generate_latest(registry).decode(),
    }


def _rest(caller: APIClient) -> dict[str, str]:
    urls = {name: f"{BASE}/{name}/" for name in caller.get(f"{BASE}/").json()}
    urls |= {name: f"/api/core/{name}/" for name in ("object-changes", "jobs")}
    return {f"REST {name}": caller.get(url, {"limit": 1000}).content.decode() for name, url in urls.items()}


def _graphql(caller: APIClient) -> dict[str, str]:
    told = {}
    for name, field in TYPES.items():
        fields = schema._schema.get_type(f"Hedgehog{name}").fields.items()
        columns = [each for each, about in fields if is_leaf_type(get_named_type(about.type))]
        query = f"{{ hedgehog_{field}_list {{ {' '.join(columns)} }} }}"
        answer = caller.post("/graphql/", {"query": query}, format="json").json()
        assert "errors" not in answer, answer
        told[f"GraphQL {name}"] = json.dumps(answer)
    return told


def _pages(browser: Client, fabric: Fabric) -> dict[str, str]:
    """The pages of the fabric and an agent, and the lists as CSV and as what NetBox exports by default."""
    told = {
        f"page {each._meta.model_name}": browser.get(each.get_absolute_url()).content.decode()
        for each in (fabric, fabric.runs.first(), Agent.objects.first())
    }
    for model in (Fabric, Agent, GatewayAgent, SyncRun):
        name = model._meta.model_name
        for export in ("table", ""):
            answer = browser.get(reverse(f"plugins:netbox_hedgehog:{name}_list"), {"export": export})
            assert answer.status_code == 200
            told[f"export {name} {export}".rstrip()] = answer.content.decode()
    return told


def _commands() -> dict[str, str]:
    told = {}
    for words in COMMANDS:
        out = StringIO()
        with suppress(SystemExit):
            call_command("hedgehog_sync", *words.split(), stdout=out, stderr=out)
        told[f"command {words}"] = out.getvalue()
    return told
