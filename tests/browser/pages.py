"""A page of each type that the plugin has, in each state that it shows: made in the database, without waiting for it.

``python -m tests.browser.pages KUBECONFIG`` with NetBox's environment prints their addresses as JSON, by name.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

import django

FABRICS = "/plugins/hedgehog/fabrics/"


def main() -> None:
    django.setup()
    print(json.dumps(made(Path(sys.argv[1]))))


def made(kubeconfig: Path) -> dict[str, str]:
    from netbox_hedgehog.models import VPC, Agent, Connection
    from tests.builders import fabric_on
    from tests.netbox.sync.given import sync

    good = fabric_on(kubeconfig, "good")
    ended = sync(good)
    tag(VPC.objects.first(), Connection.objects.first())
    agent, wire = (model.objects.filter(fabric=good).first() for model in (Agent, Connection))
    return {
        **fabrics(good),
        **runs(ended),
        **missing(good),
        **tabs("object", wire, "journal", "changelog"),
        "agent": agent.get_absolute_url(),
        "edit of an object": f"{wire.get_absolute_url()}edit/",
        "list of fabrics": FABRICS,
        "list of objects": "/plugins/hedgehog/vpcs/",
        "list of objects, filtered": "/plugins/hedgehog/connections/?type=unbundled",
        "list of runs": "/plugins/hedgehog/runs/",
        "adding": f"{FABRICS}add/",
        "importing": f"{FABRICS}import/",
        "editing": f"{FABRICS}{good.pk}/edit/",
        "deleting": f"{FABRICS}{good.pk}/delete/",
    }


def tag(*objects) -> None:
    for each in objects:
        each.tags.add("mine")


def tabs(name: str, of, *names: str) -> dict[str, str]:
    page = of.get_absolute_url()
    return {name: page, **{f"{name}, {tab}": f"{page}{tab}/" for tab in names}}


def fabrics(good) -> dict[str, str]:
    """The pages of a fabric in each state, and all of its tabs."""
    from django.utils import timezone

    from netbox_hedgehog.models import VPC, OtherResource, Switch
    from tests.builders import fabric, run, thing
    from tests.netbox.held import hold
    from tests.netbox.views.given import look

    names = ("failed", "blocked", "partial", "busy", "stale")
    failed, blocked, partial, busy, stale = (fabric(name) for name in names)
    words = 'vpcs.vpc.githedgehog.com is forbidden: User "reader" cannot list resource "vpcs"'
    error = {
        "error_code": "forbidden",
        "error_message": words,
        "error_hint": "Grant it: `kubectl auth can-i list vpcs`",
    }
    run(failed, state="failed", **error)
    tested(failed, ok=False, **error)
    tested(good, ok=True)
    hold(blocked)
    for model in (VPC, Switch):
        look(partial, model, complete=False, error_code="forbidden", error_message=words)
    run(partial, state="partial", **error)
    active(busy)
    old = timezone.now() - timedelta(hours=5)
    run(stale, state="succeeded", started=old, finished=old)
    followed = thing(VPC, busy, "vpc-1", live={"subnets": {"default": {"subnet": "10.0.1.0/24"}}})
    unknown = thing(OtherResource, busy, "novelty-1", api_version="new.githedgehog.com/v1", live={"some": "thing"})
    return {
        "object, under way": followed.get_absolute_url(),
        "object of an unknown kind": unknown.get_absolute_url(),
        **tabs("fabric", good, "resources", "runs", "journal", "changelog", "jobs"),
        "fabric, new": fabric("new").get_absolute_url(),
        **{f"fabric, {each.name}": each.get_absolute_url() for each in (failed, blocked, partial, busy, stale)},
    }


def tested(of, **outcome) -> None:
    from django.utils import timezone

    from netbox_hedgehog.models import ConnectionTest

    steps = [{"name": "resolve", "ok": True, "detail": "192.0.2.1", "seconds": 0.01}]
    steps.append({"name": "list", "ok": outcome["ok"], "detail": "VPCs", "seconds": 0.02})
    ConnectionTest.objects.create(fabric=of, created=timezone.now(), finished=timezone.now(), steps=steps, **outcome)


def active(busy) -> dict[str, str]:
    from django.utils import timezone

    from tests.builders import run

    now = timezone.now()
    later = now + timedelta(hours=1)
    progress = {"phase": "gather", "kind": "VPC", "kinds_total": 22, "kinds_done": 3, "percent": 14, "listed": 90}
    lease = {"started": now, "lease_until": later, "deadline": later, "worker": "host:1"}
    running = run(busy, state="running", progress=progress, **lease)
    return {f"run, {each.state}": each.get_absolute_url() for each in (running, run(busy, state="queued"))}


def runs(ended) -> dict[str, str]:
    """The page of a run of each ending, and of one whose held objects somebody has let go."""
    from netbox_hedgehog.models import RunIssue, RunStateChoices
    from tests.builders import fabric, run
    from tests.netbox.held import approve, hold, newer

    error = {"error_code": "timed_out", "error_message": "No answer.", "error_hint": "Look at `kubectl get vpcs`."}
    of = fabric("endings")
    found = {state: run(of, state=state, **error) for state in RunStateChoices.TERMINAL if state != "blocked"}
    found |= {"succeeded": ended, "blocked": hold(fabric("held"))}
    for kind in ("VPC", "Switch", "Server", "Agent", "Gateway"):
        about = {"run": found["partial"], "kind": kind, "code": "forbidden"}
        RunIssue.objects.create(**about, message=f"{kind} is forbidden", hint="Grant `list`.")
    let_go = hold(fabric("let go"))
    approve(let_go.held)
    found |= {"let through": newer(let_go, trigger="override", let_through=let_go.held), "over": let_go}
    return {f"run, {name}": each.get_absolute_url() for name, each in found.items()} | active(fabric("at work"))


def missing(good) -> dict[str, str]:
    from django.utils import timezone

    from netbox_hedgehog.models import Server

    gone, held = Server.objects.filter(fabric=good)[:2]
    Server.objects.filter(pk=gone.pk).update(missing_since=timezone.now(), missing_runs=2)
    Server.objects.filter(pk=held.pk).update(missing_runs=2, held_run=1)
    return {"object, missing": gone.get_absolute_url(), "object, held": held.get_absolute_url()}


if __name__ == "__main__":
    main()
