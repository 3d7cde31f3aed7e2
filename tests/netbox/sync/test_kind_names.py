"""Kinds that the plugin does not know are named as for kubectl, once the cluster has told how."""

import subprocess

import pytest
from users.models import User

from netbox_hedgehog.models import VPC, Fabric, KindObservation, OtherResource, SyncRun
from netbox_hedgehog.sync.execute.run import execute
from tests.builders import grant, manifest, user, vpc
from tests.netbox.api.given import BASE, client
from tests.netbox.command.conftest import hedgehog_sync  # noqa: F401
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db

WIRING, OTHER = "wiring.githedgehog.com", "other.githedgehog.com"


def crd(group=WIRING, kind="Fabric", plural="fabrics", short="fab"):
    names = {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower(), "shortNames": [short]}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": {"type": "object"}}}}
    version = {"name": "v1beta1", "served": True, "storage": True, "schema": schema}
    spec = {"group": group, "names": names, "scope": "Namespaced", "versions": [version]}
    return {"metadata": {"name": f"{plural}.{group}"}, "spec": spec}


@pytest.fixture
def served(server, fabric):
    """A fabric with an object of a kind that the plugin does not know, which was synced."""
    server.add_kind(crd())
    server.put(manifest("Fabric", "wiring", "backend"))
    server.put(vpc("vpc-1"))
    sync(fabric)
    assert OtherResource.objects.get().name == "backend"
    return fabric


NAMES = ["fabrics", "fab", "Fabric", "FABRIC", f"fabrics.{WIRING}", f"fab.{WIRING}", "fabrics.wiring"]


@pytest.mark.parametrize("name", NAMES)
def test_command_and_rest_take_the_names_of_a_kind_that_kubectl_takes(served, hedgehog_sync, server, name):  # noqa: F811
    command = ["kubectl", "--kubeconfig", str(server.kubeconfig), "get", name, "-o", "name"]
    if name != "FABRIC":
        found = subprocess.run(command, capture_output=True, text=True, timeout=60, env={"HOME": str(server.directory)})
        assert found.stdout.strip() == f"fabric.{WIRING}/backend", found.stderr
    said = hedgehog_sync("trigger", served.name, "--kind", name, "--name", "backend")
    scope = {"kind": "Fabric", "namespace": "default", "name": "backend"}
    scope |= {"group": WIRING} if "." in name else {}
    assert SyncRun.objects.latest("pk").scope == scope, said.err
    SyncRun.objects.filter(state="queued").delete()
    answer = root().post(f"{BASE}/fabrics/{served.pk}/sync/", {"kind": name, "name": "backend"}, format="json")
    assert answer.json()["scope"] == scope


def test_run_of_a_kind_by_its_short_name_reads_it(served, server, hedgehog_sync):  # noqa: F811
    server.put(manifest("Fabric", "wiring", "frontend"))
    hedgehog_sync("trigger", served.name, "--kind", "fab")
    execute(SyncRun.objects.latest("pk").pk, "worker-1")
    assert OtherResource.objects.count() == 2
    assert list(SyncRun.objects.latest("pk").counts) == ["Fabric"]


def test_name_of_several_kinds_is_told_with_those_that_it_can_be(served, server, hedgehog_sync):  # noqa: F811
    server.add_kind(crd(OTHER))
    sync(served)
    answer = hedgehog_sync("trigger", served.name, "--kind", "fab")
    words = f"fab can be one of several kinds: fabrics.{OTHER}, fabrics.{WIRING}. Name the one that you mean."
    assert answer.status == 2
    assert words in answer.err
    refused = root().post(f"{BASE}/fabrics/{served.pk}/sync/", {"kind": "Fabric"}, format="json")
    assert (refused.status_code, refused.json()) == (400, {"group": [words.replace("fab can", "Fabric can")]})
    for body in ({"kind": "fab.other"}, {"kind": "fab", "group": OTHER}):
        taken = root().post(f"{BASE}/fabrics/{served.pk}/sync/", body, format="json")
        assert taken.json()["scope"] == {"group": OTHER, "kind": "Fabric"}


def test_short_name_of_another_kind_takes_nothing_from_a_known_one(served, server, hedgehog_sync):  # noqa: F811
    server.add_kind(crd(OTHER, "Switchboard", "switchboards", "vpcs"))
    sync(served)
    hedgehog_sync("trigger", served.name, "--kind", "vpcs")
    assert SyncRun.objects.latest("pk").scope == {"kind": "VPC"}


def test_wrong_group_is_told_with_those_that_there_are(served, hedgehog_sync):  # noqa: F811
    answer = hedgehog_sync("trigger", served.name, "--kind", "fab.vpc")
    assert answer.status == 2
    assert f"There is no fab in vpc. Groups: {WIRING}." in answer.err


@pytest.mark.parametrize("name", [*NAMES, "Nothing"])
def test_lists_are_filtered_by_the_names_that_kubectl_takes(served, name):
    found = ["backend"] if name != "Nothing" else []
    for path in ("resources", "other-resources"):
        rows = root().get(f"{BASE}/{path}/", {"kind": name}).json()["results"]
        assert [row["name"] for row in rows] == found, path
    run = SyncRun.objects.latest("pk")
    rows = root().get(f"{BASE}/runs/{run.pk}/changes/", {"kind": name}).json()
    assert rows.get("count", len(found)) == len(found), rows


def root():
    return client(User.objects.filter(username="root").first() or user("root", superuser=True))


def test_known_kinds_are_filtered_by_the_names_that_kubectl_takes(served):
    for name in ("VPC", "vpcs", "vpc.vpc.githedgehog.com"):
        rows = root().get(f"{BASE}/resources/", {"kind": name}).json()["results"]
        assert [row["name"] for row in rows] == ["vpc-1"], name
    both = root().get(f"{BASE}/resources/", {"kind": ["vpcs", "fab"]}).json()["results"]
    assert sorted(row["name"] for row in both) == ["backend", "vpc-1"]


def test_who_may_see_no_such_kind_is_answered_as_if_there_were_none(served):
    ann = user("ann")
    grant(ann, ["view", "sync"], Fabric, VPC)
    answer = client(ann).post(f"{BASE}/fabrics/{served.pk}/sync/", {"kind": "fab"}, format="json")
    assert (answer.status_code, answer.json()) == (400, {"kind": ["There is no kind fab. Kinds: VPC."]})


def test_names_of_a_kind_stay_known_while_it_cannot_be_read(served, server):
    server.faults.forbid("fabrics")
    sync(served)
    look = KindObservation.objects.get(kind="Fabric")
    assert (look.error_code, look.full_names, look.short_names) == ("forbidden", ["fabrics", "fabric"], ["fab"])
