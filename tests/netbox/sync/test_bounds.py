"""What can stand in an object and not in NetBox: one issue with its reason, and all others are written."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection
from django.db.models import GeneratedField, Max

from netbox_hedgehog.models import (
    VPC,
    KindObservation,
    Reference,
    RunStateChoices,
    Server,
    VPCPeering,
    indexed_paths,
    kind_models,
)
from netbox_hedgehog.sync.execute.kind import MOST_ISSUES
from netbox_hedgehog.sync.store import object_writer
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter
from tests.builders import fabric as fabric_without_server
from tests.builders import manifest, vpc
from tests.netbox.sync.given import sync
from tests.netbox.sync.texts import Texts, arrivals, dump, nested

pytestmark = pytest.mark.django_db


def spec(**fields):
    return {**vpc("x")["spec"], **fields}


def odd(metadata=None, **changes) -> bytes:
    """The VPC "odd" as served, with CHANGES of its parts and of its METADATA."""
    body = {**vpc("odd"), **changes}
    own = {"namespace": "default", "uid": "uid-odd", "resourceVersion": "50"}
    return dump({**body, "metadata": {**body["metadata"], **own, **(metadata or {})}})


def good(number: int) -> bytes:
    metadata = {"namespace": "default", "uid": f"uid-{number}", "resourceVersion": f"{number + 1}"}
    return dump(vpc(f"vpc-{number}", number, **metadata))


# What is out of bounds, and what the issue says of it.
OUTSIDE = {
    "spec 900 levels deep": (odd(spec=spec(deep=nested(900))), "levels deep"),
    "spec 5,000 levels deep": (odd(spec=spec(deep=nested(5000))), "levels deep"),
    "managedFields 900 levels deep": (odd({"managedFields": [{"fieldsV1": nested(900)}]}), "levels deep"),
    "text of an indexed column": (odd(spec=spec(ipv4Namespace="x" * 3000)), "spec.ipv4Namespace"),
    "list in an indexed column": (odd(spec=spec(ipv4Namespace=[["x" * 3000]])), "spec.ipv4Namespace"),
    "generation beyond 64 bits": (odd({"generation": 2**63}), "generation"),
    "number beyond 64 bits": (odd(spec=spec(big=2**64)), "64 bits"),
    "number of 5,000 digits": (odd(spec=spec(big=b"9" * 5000)), "out of range"),
    "long apiVersion": (odd(apiVersion="vpc.githedgehog.com/" + "v" * 300), "api version"),
    "long uid": (odd({"uid": "u" * 65}), "uid"),
    "long resourceVersion": (odd({"resourceVersion": "1" * 65}), "resource version"),
    "NUL character": (odd(spec=spec(note="a\0b")), "NUL"),
    "year before the first": (odd({"creationTimestamp": "0001-01-01T00:00:01+23:00"}), "creationTimestamp"),
    "year after the last": (odd({"creationTimestamp": "9999-12-31T23:59:59-10:00"}), "creationTimestamp"),
    "year 10000": (odd({"creationTimestamp": "10000-01-01T00:00:00Z"}), "creationTimestamp"),
    "9 MB": (odd(spec=spec(much="x" * 9_000_000)), "bytes"),
    "half of a surrogate pair": (odd(spec=spec(note=b'"\\ud800"')), "DecodeError"),
    "no UTF-8": (odd(spec=spec(note=b'"\xff"')), "utf-8"),
    "NaN": (odd(spec=spec(note=b"NaN")), "DecodeError"),
    "infinity": (odd(spec=spec(note=b"-Infinity")), "DecodeError"),
    "1e400": (odd(spec=spec(note=b"1e400")), "out of range"),
    "spec that is a list": (odd(spec=[1]), "spec"),
}
outside = pytest.mark.parametrize(("text", "reason"), OUTSIDE.values(), ids=OUTSIDE.keys())


@pytest.fixture
def fabric(plugin):
    plugin(watch_lease_seconds=600)
    return fabric_without_server("lab")


@pytest.fixture
def lists(monkeypatch):
    """A cluster with these VPCs and a server: ``lists(text, text)``."""
    server = dump(manifest("Server", "wiring", "server-1", namespace="default", uid="s", resourceVersion="3"))

    def serve(*vpcs: bytes) -> Texts:
        return Texts(monkeypatch, {"vpcs": vpcs, "servers": [server]})

    return serve


def batches_of(fabric) -> Batches:
    return Batches(WatchWriter(fabric, leases.claim(fabric.pk, "watcher-1")), Throttle())


def names():
    return sorted(VPC.objects.values_list("name", flat=True))


@outside
def test_fault_87_object_out_of_bounds_is_one_issue_and_the_others_are_written(lists, fabric, text, reason):
    lists(good(1), text, good(2))
    run = sync(fabric)
    assert run.state == RunStateChoices.PARTIAL, run.error_message
    (issue,) = run.issues.all()
    assert (issue.kind, issue.namespace, issue.name, issue.code) == ("VPC", "default", "odd", "malformed_object")
    assert reason in issue.message
    assert "kubectl get vpcs.vpc.githedgehog.com" in issue.hint
    assert names() == ["vpc-1", "vpc-2"]
    assert Server.objects.count() == 1
    counts = run.counts["VPC"]
    assert (counts["listed"], counts["created"], counts["unchanged"], counts["malformed"]) == (3, 2, 0, 1)


@pytest.mark.parametrize("text", [text for text, reason in OUTSIDE.values() if reason != "resource version"])
def test_fault_87_event_out_of_bounds_is_left_out_and_the_others_are_written(lists, fabric, text, caplog):
    batches = batches_of(fabric)
    events = arrivals("VPC", [("ADDED", good(1)), ("MODIFIED", text), ("ADDED", good(2))])
    assert len(events) == 3
    assert batches.write(events) == 2
    assert names() == ["vpc-1", "vpc-2"]
    assert "odd" in caplog.text
    assert batches.write(events) == 0


def test_fault_87_name_and_namespace_that_no_object_can_have_are_refused(lists, fabric):
    lists(odd({"name": "n" * 254}), odd({"namespace": "n" * 64}), good(1))
    run = sync(fabric)
    messages = {issue.message for issue in run.issues.all()}
    assert messages == {"the name is longer than 253 characters", "the namespace is longer than 63 characters"}
    assert names() == ["vpc-1"]


def test_fault_87_deletion_of_what_cannot_be_named_is_left_out(fabric, caplog):
    batches = batches_of(fabric)
    batches.write(arrivals("VPC", [("ADDED", good(1))]))
    gone = [odd({"name": "o\0dd"}), odd({"name": "n" * 254}), odd({"namespace": "\0"})]
    events = arrivals("VPC", [("DELETED", text) for text in (*gone, good(1).replace(b'"2"', b'"60"'))])
    assert batches.write(events) == 1
    assert VPC.objects.get().state == "missing"
    assert caplog.text.count("NUL") == 2


def test_fault_87_what_is_just_within_the_bounds_is_stored_and_read_back(lists, fabric):
    inside = {
        "ipv4Namespace": "x" * 1000,
        "deep": nested(125),
        "big": [2**64 - 1, -(2**63), 1.5e300],
        "note": "\\u0000 is text",
    }
    metadata = {"generation": 2**63 - 1, "creationTimestamp": "0001-01-02T00:00:00Z", "uid": "u" * 64}
    lists(odd(metadata, spec=spec(**inside)))
    run = sync(fabric)
    assert run.state == RunStateChoices.SUCCEEDED, run.error_message
    row = VPC.objects.get()
    assert (row.generation, row.ipv4_namespace, row.live["big"][:2]) == (2**63 - 1, "x" * 1000, [2**64 - 1, -(2**63)])
    assert (row.cluster_created.year, row.live["note"]) == (1, "\\u0000 is text")
    assert not sync(fabric).changes.exists()


def test_fault_86_every_time_that_is_stored_can_be_read_back_and_shown(lists, fabric):
    """Read back by Python, in whatever time zone the reader is."""
    lists(odd({"creationTimestamp": "9999-12-30T00:00:00Z"}), good(1))
    assert sync(fabric).state == RunStateChoices.SUCCEEDED
    with connection.cursor() as cursor:
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
            cursor.execute("SELECT set_config('TimeZone', %s, false)", [zone])
            assert VPC.objects.aggregate(Max("cluster_created"))["cluster_created__max"].year >= 9999
        cursor.execute("SELECT set_config('TimeZone', 'UTC', false)")


def test_the_zero_time_is_no_time_and_one_without_a_zone_is_in_utc(lists, fabric):
    plain = odd({"name": "plain", "creationTimestamp": "2026-01-01T00:00:00"})
    lists(odd({"creationTimestamp": "0001-01-01T00:00:00Z"}), plain)
    assert sync(fabric).state == RunStateChoices.SUCCEEDED
    assert VPC.objects.get(name="odd").cluster_created is None
    assert VPC.objects.get(name="plain").cluster_created == datetime(2026, 1, 1, tzinfo=UTC)


def test_every_indexed_text_of_a_model_has_a_bound():
    """What is computed of JSON and indexed is what ``bounds`` hears of."""
    found = 0
    for model in kind_models():
        indexed = {name for index in model._meta.indexes for name in index.fields}
        columns = [field for field in model._meta.concrete_fields if field.name in indexed]
        texts = [each for each in columns if isinstance(each, GeneratedField) and each.name != "type"]
        assert {path[-1] for path in indexed_paths(model)} == {each.computed_from[-1] for each in texts}
        found += len(texts)
    assert found >= 6


def test_reference_to_a_name_that_no_object_can_have_is_none(lists, fabric, monkeypatch):
    key = "\N{GRINNING FACE}" * 300
    body = manifest(
        "VPCPeering",
        "vpc",
        "peer",
        {"permit": [{key: {}}, {"vpc-1": {}}]},
        namespace="default",
        uid="p",
        resourceVersion="4",
    )
    Texts(monkeypatch, {"vpcpeerings": [dump(body)]})
    run = sync(fabric)
    assert run.state == RunStateChoices.SUCCEEDED, run.error_message
    assert VPCPeering.objects.count() == 1
    assert list(Reference.objects.values_list("target_name", flat=True)) == ["vpc-1"]


def test_of_very_many_malformed_objects_the_first_are_told_one_by_one(lists, fabric):
    lists(*(odd({"name": f"odd-{number}"}, spec=[]) for number in range(MOST_ISSUES + 7)), good(1))
    run = sync(fabric)
    assert run.issues.count() == MOST_ISSUES + 1
    assert run.issues.last().message == "7 more objects cannot be taken in."
    assert run.counts["VPC"]["malformed"] == MOST_ISSUES + 7
    assert names() == ["vpc-1"]


@pytest.fixture(params=[DataError, IntegrityError, "index row"])
def refusing(request, monkeypatch):
    """The database refuses every batch that has the VPC ``odd``; returns the sizes of the batches that were tried."""
    tried = []
    upsert = object_writer.bulk_upsert

    def refuse(rows, *args):
        tried.append(len(rows))
        bad = [row for row in rows if row.name == "odd"]
        if bad and request.param == "index row":
            bad[0].live["ipv4Namespace"] = "".join(chr(0x4E00 + 7 * number % 20000) for number in range(3000))
        elif bad:
            raise request.param("odd is refused")
        return upsert(rows, *args)

    monkeypatch.setattr(object_writer, "bulk_upsert", refuse)
    return tried


def test_fault_88_object_that_the_database_refuses_is_found_and_the_others_are_written(lists, fabric, refusing):
    lists(*map(good, range(20)), odd(), *map(good, range(20, 40)))
    run = sync(fabric)
    assert run.state == RunStateChoices.PARTIAL, run.error_message
    (issue,) = run.issues.all()
    assert (issue.kind, issue.name, issue.code) == ("VPC", "odd", "object_refused")
    assert "odd is refused" in issue.message or "index row" in issue.message
    assert len(names()) == 40
    assert len(refusing) < 2 * 7 + 2, "a batch is halved, not taken apart"
    counts = run.counts["VPC"]
    assert (counts["listed"], counts["created"], counts["unchanged"], counts["malformed"]) == (41, 40, 0, 1)
    assert run.progress["written"] == 41, "40 VPCs and a server"
    assert run.changes.filter(kind="VPC", action="created").count() == 40


def test_fault_88_watcher_finds_the_object_too_and_does_not_try_it_again(lists, fabric, refusing):
    batches = batches_of(fabric)
    events = arrivals("VPC", [("ADDED", text) for text in (*map(good, range(7)), odd())])
    assert batches.write(events) == 7
    assert len(names()) == 7
    batches.again()
    before = len(refusing)
    assert batches.limiter.due() == []
    assert len(refusing) == before


def test_object_that_is_taken_later_is_written_then(lists, fabric, monkeypatch):
    lists(good(1), odd())
    with monkeypatch.context() as patch:
        patch.setattr(object_writer, "bulk_upsert", _refuse)
        assert sync(fabric).state == RunStateChoices.PARTIAL
    assert names() == []
    assert sync(fabric).state == RunStateChoices.SUCCEEDED
    assert names() == ["odd", "vpc-1"]


def _refuse(rows, *_):
    raise DataError("not today")


def test_database_without_space_fails_the_run_and_calls_no_object_bad(lists, fabric, monkeypatch):
    """Of 41 objects none is at fault."""
    lists(*map(good, range(41)))
    tried = []

    def full(rows, *_):
        tried.append(len(rows))
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE disk_full USING MESSAGE = 'no space left'; END $$")

    monkeypatch.setattr(object_writer, "bulk_upsert", full)
    with pytest.raises(OperationalError):
        sync(fabric)
    run = fabric.runs.get()
    assert (run.state, run.error_code) == (RunStateChoices.FAILED, "database")
    assert "no space left" in run.error_message
    assert len(tried) <= 2, "the server's kind, and the VPCs once"
    assert not run.issues.exists()


def test_kind_that_is_not_named_as_kubernetes_allows_is_left_out(lists, fabric):
    texts = lists(good(1))
    served = texts._discovery

    def with_odd_kinds():
        found = served()
        (group,) = (each for each in found["items"] if each["metadata"]["name"] == "vpc.githedgehog.com")
        like = group["versions"][0]["resources"][0]
        for plural, kind in (("k" * 300, "K" * 300), ("odds", "O\0dd"), ("vpcs-too", "VPC"), ("nothings", "")):
            group["versions"][0]["resources"].append({**like, "resource": plural, "responseKind": {"kind": kind}})
        return found

    texts._discovery = with_odd_kinds
    run = sync(fabric)
    assert run.state == RunStateChoices.SUCCEEDED, run.error_message
    assert names() == ["vpc-1"]
    assert KindObservation.objects.filter(kind="VPC").count() == 1


def test_what_a_server_says_can_be_stored_whatever_it_says(lists, fabric, monkeypatch):
    """A refusal with a NUL character, half a surrogate pair and a megabyte of text."""
    from netbox_hedgehog.cluster import ClusterError, ErrorCode

    texts = lists(good(1))
    get = texts._get

    def refuse(path, *args, **options):
        if path.endswith("/vpcs"):
            raise ClusterError(ErrorCode.FORBIDDEN, "no\0\ud800" + "x" * 1_000_000, hint="a\0b")
        return get(path, *args, **options)

    texts._get = refuse
    run = sync(fabric)
    assert run.state == RunStateChoices.PARTIAL
    (issue,) = run.issues.all()
    assert issue.message.startswith("no\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}x")
    assert len(issue.message) <= 10_000
    assert Server.objects.count() == 1
