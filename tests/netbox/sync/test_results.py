"""What reading a kind and a fabric returns, and what a run makes of it. Without a database."""

import inspect
from collections import Counter
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import pytest

from netbox_hedgehog.cluster import ClusterError, ErrorCode
from netbox_hedgehog.models import Fabric, RunIssue, SyncRun
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation
from netbox_hedgehog.sync.execute.dry_run import DryRunWriter
from netbox_hedgehog.sync.execute.fabric import FabricReader
from netbox_hedgehog.sync.execute.findings_writer import FindingsWriter
from netbox_hedgehog.sync.execute.kind import Listing
from netbox_hedgehog.sync.execute.outcome import ReadOutcome, state_of, summary
from netbox_hedgehog.sync.execute.run import _ending
from netbox_hedgehog.sync.execute.run_writer import RunWriter
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.lease_keeper import DeadlinePassed
from netbox_hedgehog.sync.runs.progress import BatchCounts, Progress, new_counts
from netbox_hedgehog.sync.runs.transitions import Cancelled, Lease, LeaseLost
from netbox_hedgehog.sync.store.observations import KindListing

COMPLETE = KindListing("vpc.githedgehog.com", "VPC", "v1beta1")
FAILED = KindListing("vpc.githedgehog.com", "VPC", "v1beta1", error_code="forbidden", error_message="no")


def issue(code="forbidden", kind="VPC", name=""):
    return RunIssue(kind=kind, name=name, code=code, message=f"words of {code}", hint="do this")


# --- the state of a run, and why


@pytest.mark.parametrize(
    ("listings", "issues", "refused", "state"),
    [
        ([COMPLETE], [], False, "succeeded"),
        ([COMPLETE, FAILED], [issue()], False, "partial"),
        ([COMPLETE], [issue("shrink_guard")], True, "blocked"),
        ([FAILED], [issue()], False, "failed"),
        ([FAILED], [issue()], True, "failed"),
        ([], [], False, "failed"),
    ],
)
def test_state_of_a_read_says_how_complete_it_was_and_whether_a_guard_objected(listings, issues, refused, state):
    assert state_of(listings, issues, refused=refused) == state


def test_run_that_succeeded_has_no_reason():
    assert summary("succeeded", []).code == ""


def test_reason_is_the_first_issue_but_a_guards_where_one_objected():
    issues = [issue(), issue("shrink_guard")]
    assert summary("partial", issues).code == "forbidden"
    assert summary("blocked", issues).code == RunCode.SHRINK_GUARD
    assert summary("partial", issues).message == "VPC: words of forbidden (1 more issue)"


def test_reason_that_several_kinds_share_says_so():
    issues = [issue(kind="VPC"), issue(kind="Server"), issue(kind="Switch")]
    assert summary("partial", issues).message == "VPC: words of forbidden (The same of 2 more kinds.)"


HALF = {"kinds_done": 3, "kinds_total": 22, "listed": 7, "written": 1}


@pytest.mark.parametrize(
    ("error", "state", "code", "message"),
    [
        (Cancelled("By admin"), "cancelled", "cancelled", "By admin; 3 of 22 kinds were done."),
        (DeadlinePassed(), "failed", "deadline", "The run took longer than it may; 3 of 22 kinds were done."),
        (ClusterError(ErrorCode.TIMED_OUT, "too slow"), "failed", "timed_out", "too slow"),
        (ZeroDivisionError("a defect"), "failed", "internal", "ZeroDivisionError"),
    ],
)
def test_interruption_says_which_state_its_run_ends_in_and_why(error, state, code, message):
    ended, failure = _ending(ReadOutcome("failed", error, progress=HALF))
    assert (ended, failure.code) == (state, code)
    assert message in failure.message
    assert failure.hint


# --- what a read returns


def read(monkeypatch, body):
    run = SyncRun(fabric=Fabric(name="lab"))
    progress = Progress(lease=None)
    monkeypatch.setattr(FabricReader, "_read", lambda reader, _scope, found: body(reader, found))
    return FabricReader(run, progress, lambda: None, DryRunWriter(run.fabric, progress)).read()


@pytest.mark.parametrize("error", [Cancelled("By admin"), LeaseLost(), ZeroDivisionError()], ids=repr)
def test_interrupted_read_returns_all_that_it_has_found_and_what_interrupted_it(monkeypatch, error):
    def body(reader, found):
        reader.progress.begin(22)
        reader.progress.begin_kind("VPC")
        reader.progress.count_page(5, 9, unchanged=5)
        found.listings.append(COMPLETE)
        found.issues.append(issue())
        found.hold, found.approved_hold, found.state = 7, 8, "succeeded"
        raise error

    outcome = read(monkeypatch, body)
    assert outcome.error is error
    assert outcome.state == "failed"
    assert (outcome.listings, len(outcome.issues)) == ((COMPLETE,), 1)
    assert (outcome.hold, outcome.approved_hold) == (7, 8)
    assert outcome.counts["VPC"]["unchanged"] == outcome.progress["listed"] == 5


def test_outcome_of_a_read_does_not_change_any_more(monkeypatch):
    readers = []

    def body(reader, found):
        readers.append(reader)
        reader.progress.begin_kind("VPC")
        found.state = "succeeded"

    outcome = read(monkeypatch, body)
    readers[0].progress.add(BatchCounts("VPC", 3, {"created": 3}))
    assert (outcome.state, outcome.error, outcome.counts["VPC"]["created"]) == ("succeeded", None, 0)
    with pytest.raises(FrozenInstanceError):
        outcome.state = "failed"


@pytest.mark.parametrize(
    ("listed", "malformed", "changed", "unchanged"),
    [
        (10, 0, {}, 10),
        (10, 1, {"created": 4, "touched": 5}, 5),
        (10, 0, {"created": 10}, 0),  # all of it by a list that broke off: to the next one it looks unchanged
        (3, 0, {"created": 10}, 0),  # and some are gone when it comes
    ],
)
def test_counts_of_a_kind_add_up_whatever_lists_that_broke_off_have_written(listed, malformed, changed, unchanged):
    comparison = SimpleNamespace(listed=listed, problems=[None] * malformed)
    counts = Listing(comparison, "7", frozenset(), Counter(changed), []).counts()
    assert (counts["unchanged"], counts["created"]) == (unchanged, changed.get("created", 0))
    assert counts["complete"]
    assert "touched" not in counts


def test_list_with_an_error_is_not_complete():
    comparison = SimpleNamespace(listed=1, problems=[])
    error = ClusterError(ErrorCode.FORBIDDEN, "no")
    assert Listing(comparison, "7", frozenset(), Counter(), [error]).counts()["complete"] is False


# --- writers, and progress


def test_both_writers_take_what_a_read_hands_over():
    methods = [name for name in vars(FindingsWriter) if not name.startswith("_")]
    assert len(methods) == 5
    for name in methods:
        wanted = list(inspect.signature(getattr(FindingsWriter, name)).parameters)
        for writer in (RunWriter, DryRunWriter):
            assert list(inspect.signature(getattr(writer, name)).parameters) == wanted, (writer, name)


@pytest.fixture
def progress():
    made = Progress(lease=None)
    made.begin(2)
    made.begin_kind("VPC")
    return made


def test_transaction_reports_itself_and_counts_once_it_is_committed(progress):
    batch = BatchCounts("VPC", 4, {"created": 3})
    inside = progress.columns(batch)
    assert (inside["counts"]["VPC"]["created"], inside["progress"]["written"]) == (3, 4)
    assert (progress.counts["VPC"]["created"], progress.written) == (0, 0)  # as it stays where it is rolled back
    progress.add(batch)
    assert progress.columns() == inside


def test_fence_of_a_batch_writes_counts_that_include_it_and_touched_objects_as_unchanged(progress, monkeypatch):
    fenced = []
    monkeypatch.setattr(transitions, "fence", lambda _lease, **columns: fenced.append(columns))
    writer = RunWriter(SyncRun(fabric=Fabric(name="lab")), Lease(1, "host", 1), progress, lambda: None)
    table = SimpleNamespace(resource=SimpleNamespace(kind="VPC"))
    changes = [Mutation(action, None, "", None) for action in (ChangeAction.CREATED, ChangeAction.TOUCHED)]
    writer.fence_batch(table, changes)
    assert fenced[0]["counts"]["VPC"] == {**new_counts(), "created": 1}
    assert fenced[0]["progress"]["written"] == 2
    assert progress.written == 0
    writer.count(table, changes)
    assert fenced[0] == progress.columns()


def test_list_that_is_begun_again_counts_its_objects_beside_those_of_the_broken_one(progress):
    progress.begin_list()
    progress.count_page(500, 1000)
    assert progress.percent == 25
    progress.begin_list()
    progress.count_page(400, 900)
    assert (progress.listed, progress.listed_of_kind, progress.expected) == (900, 400, 1000)
    assert progress.counts["VPC"]["listed"] == 400
    progress.end_kind()
    progress.begin_kind("Server")
    assert (progress.percent, progress.listed, progress.counts["Server"]["listed"]) == (50, 900, 0)
    progress.finish()
    assert progress.percent == 100
