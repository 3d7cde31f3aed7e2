"""The promises of the design, as what must hold between the state before a step and the state after it."""

from collections import Counter
from datetime import datetime, timedelta

from netbox_hedgehog.models import Fabric, RunStateChoices
from netbox_hedgehog.sync.health import facts_of
from tests.netbox.promises.cluster import KINDS, Cluster, Key
from tests.netbox.promises.state import Row, State

__all__ = (
    "deletions_are_proven",
    "ending_is_true",
    "facts_are_true",
    "netbox_has_the_cluster",
    "nothing_is_removed",
    "rows_are_true",
    "runs_are_in_order",
)

ORDER = {RunStateChoices.QUEUED: 0, RunStateChoices.RUNNING: 1}


def runs_are_in_order(before: State, after: State) -> None:
    """Promises 2, 4, 5: one run of each kind at a time; states only go forward; an end is an end, with its words."""
    states = Counter(run["state"] for run in after.runs.values())
    assert states[RunStateChoices.RUNNING] <= 1
    assert states[RunStateChoices.QUEUED] <= 1
    for pk, run in before.terminal().items():
        assert after.runs[pk] == run, "an ended run changed"
    for pk, run in before.runs.items():
        assert ORDER.get(after.runs[pk]["state"], 2) >= ORDER.get(run["state"], 2), "a run went back"
        assert after.runs[pk]["epoch"] >= run["epoch"]
    for run in after.terminal().values():
        assert run["finished"]
        if run["state"] != RunStateChoices.SUCCEEDED:
            assert run["error_code"], f"a run ended {run['state']} and does not say why"


def rows_are_true(cluster: Cluster, before: State, after: State) -> None:
    """Promises 3 and 9: each row is what the cluster once was, and nothing newer is overwritten by what is older."""
    for key, row in after.rows.items():
        known = cluster.sights[key]
        if row.missing_since is None:
            assert row.sight in known, f"{key} was never like that"
        else:  # its version may be that of its deletion
            assert row.sight._replace(version="") in {sight._replace(version="") for sight in known}
        old = before.rows.get(key)
        if old and not cluster.restores:
            assert int(row.sight.version) >= int(old.sight.version), f"{key} went back to what it was"
        if old and old.pk == row.pk and old.tags != row.tags:
            raise AssertionError(f"the tags of {key} changed by themselves")


def deletions_are_proven(
    cluster: Cluster, fabric: Fabric, before: State, after: State, begun: int, at: datetime
) -> None:
    """Promise 7. BEGUN: the step in which whatever wrote had begun to read; AT: the database's time after it."""
    newly: Counter[str] = Counter()
    for key, row in before.rows.items():
        now = after.rows.get(key)
        removed = now is None or now.pk != row.pk
        if removed:
            _was_due(fabric, key, row, at)
        if removed or (now.missing_since and not row.missing_since):
            newly[key[0]] += row.missing_since is None
            assert cluster.absent.get(key, -1) >= begun, f"{key} was there all the time"
            assert cluster.readable[key[0]] >= begun, f"{key} went while its kind could not be read"
    for kind, number in newly.items():
        known = sum(key[0] == kind for key in before.rows)
        too_many = number > fabric.shrink_count and 100 * number > fabric.shrink_percent * known
        assert not too_many, f"{number} of {known} {kind} went past the shrink guard"
        assert not number or begun != cluster.step or cluster.objects(kind), f"an empty list of {kind} was believed"


def nothing_is_removed(cluster: Cluster, before: State, after: State) -> None:
    """A watcher calls missing what it saw go, and removes nothing."""
    for key, row in before.rows.items():
        assert after.rows[key].pk == row.pk
        if after.rows[key].missing_since and not row.missing_since:
            assert key in cluster.absent, f"{key} was never gone"


def _was_due(fabric: Fabric, key: Key, row: Row, at: datetime) -> None:
    assert row.missing_runs + 1 >= fabric.removal_runs, f"{key} was removed after too few lists"
    patience = timedelta(hours=fabric.removal_hours)
    if patience:
        assert row.missing_since, f"{key} was removed without being missing first"
        assert at - row.missing_since >= patience, f"{key} was removed too soon"


def ending_is_true(cluster: Cluster, state: str, before: State, after: State) -> None:
    """Promise 5, of a run that went from beginning to end without a pause."""
    if cluster.fails:
        assert state == RunStateChoices.FAILED, f"the cluster did not answer, and the run ended {state}"
        return
    assert state in (RunStateChoices.SUCCEEDED, RunStateChoices.PARTIAL, RunStateChoices.BLOCKED)
    for kind in KINDS:
        fault = cluster.fault_of(kind)
        if fault in ("forbid", "malformed") or (fault == "hide" and any(key[0] == kind for key in before.rows)):
            assert state != RunStateChoices.SUCCEEDED, f"{kind} could not be read, and the run succeeded"
    netbox_has_the_cluster(cluster, after, whole=state == RunStateChoices.SUCCEEDED)


def netbox_has_the_cluster(cluster: Cluster, after: State, whole: bool) -> None:
    """Each object of the cluster is in NetBox as it is; WHOLE: and nothing else is called present."""
    now = cluster.now()
    for kind in KINDS:
        if cluster.fault_of(kind) == "":
            ours = {key: sight for key, sight in after.present.items() if key[0] == kind}
            theirs = {key: sight for key, sight in now.items() if key[0] == kind}
            assert theirs.items() <= ours.items()
            assert not whole or ours == theirs


def facts_are_true(fabric: Fabric, looked: datetime | None, reached: bool | None, watched: bool, at: datetime) -> None:
    """Nothing is called connected, fresh or live that is not. LOOKED: when the last whole look began; REACHED: whether
    the cluster answered when it was last asked; WATCHED: whether a watcher holds its lease and has told so lately."""
    facts = facts_of(fabric)
    assert facts.drift.value == "unknown"
    assert (facts.freshness.value == "live") <= watched, "called live, and nobody watches"
    if facts.freshness.value == "fresh":
        assert looked is not None
        assert at - looked <= timedelta(seconds=2 * fabric.sync_interval + 65), "called fresh"
    if facts.freshness.value == "unknown":
        assert looked is None
    if reached is not True:
        assert facts.connection.value != "connected", "called connected, and it did not answer"
    if reached is None:
        assert facts.connection.value == "never tried"
