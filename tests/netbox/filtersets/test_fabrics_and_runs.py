"""Filters of fabrics, runs, issues and changes."""

from datetime import timedelta

import pytest
from dcim.models import Site
from django.utils import timezone
from tenancy.models import Tenant

from netbox_hedgehog.filtersets import FabricFilterSet, ResourceChangeFilterSet, RunIssueFilterSet, SyncRunFilterSet
from netbox_hedgehog.models import VPC, Fabric, ResourceChange, RunIssue, SyncRun
from tests.builders import fabric, run, thing, user
from tests.netbox.held import hold_of

pytestmark = pytest.mark.django_db


def found(filterset, **parameters):
    filters = filterset(parameters, filterset._meta.model.objects.all())
    assert filters.is_valid(), filters.errors
    return {each.pk for each in filters.qs}


@pytest.fixture
def fabrics():
    site, tenant = Site.objects.create(name="S", slug="s"), Tenant.objects.create(name="T", slug="t")
    lab = fabric("lab", description="racks 1 to 4", site=site, tenant=tenant, sync_interval=60, suspended=True)
    other = fabric("prod", comments="do not touch")
    Fabric.objects.filter(pk=other.pk).update(api_url="https://198.51.100.1", credential_kind="in_cluster", mode="odd")
    return lab, other


@pytest.mark.parametrize(
    "parameters",
    [
        {"name": ["lab"]},
        {"name__ic": ["LA"]},
        {"description__ic": ["racks"]},
        {"api_url": ["https://192.0.2.1:6443"]},
        {"suspended": True},
        {"sync_interval": [60]},
        {"sync_interval__lt": [300]},
        {"site": ["s"]},
        {"tenant": ["t"]},
        {"mode": ["observe"]},
        {"credential_kind": ["kubeconfig"]},
        {"q": "racks"},
        {"q": "192.0.2"},
        {"q": "LAB"},
    ],
    ids=str,
)
def test_fabric(fabrics, parameters):
    assert found(FabricFilterSet, **parameters) == {fabrics[0].pk}


def test_fabric_by_ids(fabrics):
    lab, prod = fabrics
    assert found(FabricFilterSet, id=[lab.pk]) == {lab.pk}
    assert found(FabricFilterSet, site_id=[lab.site_id]) == {lab.pk}
    assert found(FabricFilterSet, tenant_id=[lab.tenant_id]) == {lab.pk}
    assert found(FabricFilterSet, q="touch") == {prod.pk}
    assert found(FabricFilterSet, q=" ") == {lab.pk, prod.pk}


@pytest.fixture
def runs():
    lab, prod, ann = fabric("lab"), fabric("prod"), user()
    old = timezone.now() - timedelta(days=2)
    first = run(
        lab,
        state="failed",
        trigger="button",
        requested_by=ann,
        requester="ann",
        worker="w-1",
        error_code="timed_out",
        error_message="no answer",
        created=old,
        started=old,
        finished=old,
    )
    return first, run(prod, requester="bob", worker="w-2", started=timezone.now(), state="running")


@pytest.mark.parametrize(
    "parameters",
    [
        {"fabric": ["lab"]},
        {"state": ["failed"]},
        {"state__n": ["running"]},
        {"trigger": ["button"]},
        {"requested_by": ["ann"]},
        {"requester": ["ann"]},
        {"worker": ["w-1"]},
        {"error_code": ["timed_out"]},
        {"active": False},
        {"q": "lab"},
        {"q": "no answer"},
        {"q": "ann"},
        {"q": "w-1"},
        {"q": "timed"},
    ],
    ids=str,
)
def test_run(runs, parameters):
    assert found(SyncRunFilterSet, **parameters) == {runs[0].pk}


def test_run_by_ids_and_times(runs):
    first, second = runs
    yesterday = (timezone.now() - timedelta(days=1)).isoformat()
    assert found(SyncRunFilterSet, fabric_id=[first.fabric_id]) == {first.pk}
    assert found(SyncRunFilterSet, id=[first.pk]) == {first.pk}
    assert found(SyncRunFilterSet, requested_by_id=[first.requested_by_id]) == {first.pk}
    assert found(SyncRunFilterSet, active=True) == {second.pk}
    assert found(SyncRunFilterSet, q=f"#{second.pk}") == {second.pk}
    assert found(SyncRunFilterSet, q="") == {first.pk, second.pk}
    for column in ("created", "started", "finished"):
        assert found(SyncRunFilterSet, **{f"{column}__lt": [yesterday]}) == {first.pk}


def test_run_by_job(runs):
    from uuid import uuid4

    from core.models import Job

    job = Job.objects.create(name="sync", job_id=uuid4())
    SyncRun.objects.filter(pk=runs[0].pk).update(job=job)
    assert found(SyncRunFilterSet, job_id=[job.pk]) == {runs[0].pk}


def rows(model, runs, **different):
    common = {"kind": "VPC", "namespace": "default", "name": "vpc-1"}
    first, second = ({"run": run, **({"fabric": run.fabric} if model is ResourceChange else {})} for run in runs[:2])
    mine = model.objects.create(**first, **{**common, **different})
    model.objects.create(**second, kind="Switch", namespace="fab", name="leaf-1")
    return mine


@pytest.mark.parametrize("parameter", ["run_id", "fabric_id", "kind", "namespace", "name", "q", "own"])
@pytest.mark.parametrize(
    ("filterset", "model", "own"),
    [
        (RunIssueFilterSet, RunIssue, {"code": "forbidden", "api_group": "vpc.githedgehog.com"}),
        (ResourceChangeFilterSet, ResourceChange, {"action": "updated", "object_id": 7}),
    ],
    ids=["issue", "change"],
)
def test_rows_of_a_run(runs, filterset, model, own, parameter):
    mine = rows(model, runs, **own)
    wanted = {
        "run_id": [{"run_id": [runs[0].pk]}],
        "fabric_id": [{"fabric_id": [runs[0].fabric_id]}],
        "kind": [{"kind": ["VPC"]}],
        "namespace": [{"namespace": ["default"]}],
        "name": [{"name": ["vpc-1"]}],
        "q": [{"q": "vpc"}, {"q": "VPC default"}],
        "own": [{name: [value]} for name, value in own.items()],
    }
    for parameters in wanted[parameter]:
        assert found(filterset, **parameters) == {mine.pk}


@pytest.mark.parametrize("column", ["code", "message", "hint"])
def test_issue_is_found_by_what_it_says(runs, column):
    mine = rows(RunIssue, runs, **{column: "admission webhook denied"})
    assert found(RunIssueFilterSet, q="webhook") == {mine.pk}


@pytest.mark.parametrize(
    "columns",
    [
        {"credential_file": "/run/secrets/netbox_hedgehog/lab"},
        {"shrink_percent": 77},
        {"shrink_count": 99},
        {"removal_runs": 9},
        {"removal_hours": 99},
    ],
    ids=str,
)
def test_fabric_is_found_by_each_setting(columns):
    mine = fabric("mine", **columns)
    fabric("other")
    assert found(FabricFilterSet, **{name: [value] for name, value in columns.items()}) == {mine.pk}


def test_fabric_is_found_by_the_namespaces_that_it_reads():
    some, everything, other = fabric("some", namespaces=["a", "b"]), fabric("all"), fabric("other", namespaces=["c"])
    assert found(FabricFilterSet, namespaces=["b"]) == {some.pk, everything.pk}
    assert found(FabricFilterSet, namespaces=["b", "c"]) == {some.pk, everything.pk, other.pk}
    assert found(FabricFilterSet, namespaces=[]) == {some.pk, everything.pk, other.pk}


def test_no_filter_reads_a_credential():
    names = {name.partition("__")[0] for name in FabricFilterSet.base_filters}
    assert names & {"credential_data", "ca_certificate", "token", "key", "kubeconfig"} == set()


def test_runs_are_found_by_what_they_held_and_let_through():
    lab = fabric()
    held = hold_of(lab, thing(VPC, lab))
    blocked, after = run(lab, state="blocked", held=held), run(lab, state="succeeded", let_through=held, requests=3)
    assert found(SyncRunFilterSet, held_id=[held.pk]) == {blocked.pk}
    assert found(SyncRunFilterSet, let_through_id=[held.pk]) == {after.pk}
    assert found(SyncRunFilterSet, requests=[3]) == {after.pk}
