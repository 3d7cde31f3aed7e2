"""Computes the facts of a fabric, in the fixed words of the plugin, from the evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun, WatchStateChoices
from netbox_hedgehog.run_code import SAYS_NOTHING_OF_CLUSTER
from netbox_hedgehog.sync.health.age import age
from netbox_hedgehog.sync.health.evidence import Evidence, gather
from netbox_hedgehog.sync.health.fact import Fact, Facts
from netbox_hedgehog.sync.health.schedule_fact import STOPPED, late_by, schedule_fact
from netbox_hedgehog.sync.health.watcher_status import WatcherStatus

__all__ = ("connection_of", "facts_for", "facts_of", "freshness_of")

ACCESS_DENIED_CODES = (ErrorCode.UNAUTHORIZED, ErrorCode.FORBIDDEN)  # a TCP connection that is refused is another thing
HEARTBEAT = timedelta(minutes=2)  # agents report every 15 s; the vendor's documents call a minute a problem


def facts_of(fabric: Fabric) -> Facts:
    """The facts of one fabric."""
    return facts_for([fabric])[fabric.pk]


def facts_for(fabrics: Iterable[Fabric]) -> dict[int, Facts]:
    """The facts of each fabric by primary key, in a constant number of statements."""
    fabrics = list(fabrics)
    evidence = gather(fabrics)
    return {fabric.pk: _facts(fabric, evidence[fabric.pk]) for fabric in fabrics}


def _facts(fabric: Fabric, evidence: Evidence) -> Facts:
    connection, freshness = connection_of(evidence), freshness_of(fabric, evidence)
    drift = Fact("unknown", "unknown", "gray", detail="Nothing is intended or declared yet.")
    watching = evidence.watching
    sentence = _sentence(fabric, evidence, connection, freshness, watching)
    health, conditions = _health(evidence), tuple(evidence.conditions)
    outline = _sentence(fabric, evidence, connection.outlined, freshness, watching and watching.outlined)
    schedule = _schedule(fabric, evidence)
    return Facts(connection, freshness, drift, health, sentence, schedule, evidence.watching, conditions, outline)


def _schedule(fabric: Fabric, evidence: Evidence) -> Fact:
    """Of the timer, which is the installation's: as far as it concerns FABRIC."""
    timer, queue = evidence.schedule, evidence.queue
    if timer is None or not timer.planned:
        return STOPPED
    return schedule_fact(timer.status, evidence.now, fabric.pk, timer.next_tick, queue.message if queue else "")


@dataclass(frozen=True)
class _Contact:
    """When the cluster last answered or failed to, and how that went."""

    at: datetime
    code: str = ""
    message: str = ""
    hint: str = ""
    partial: bool = False


def _contacts(evidence: Evidence) -> Iterator[_Contact]:
    """The newest of each kind: of a run that says something of the cluster, of a connection test, of the watcher."""
    partial = False
    if run := evidence.last_contact_run:
        partial = run.state in (RunStateChoices.PARTIAL, RunStateChoices.BLOCKED) and bool(
            evidence.refused or evidence.unserved
        )
        # A run that failed without a code has still read nothing.
        code = (run.error_code or run.state) if run.state == RunStateChoices.FAILED else ""
        yield _Contact(run.finished, code, run.error_message, run.error_hint, partial)
    if test := evidence.test:
        code = "" if test.ok else (test.error_code or "failed")
        yield _Contact(test.finished, code, test.error_message, test.error_hint)
    if watching := evidence.watching:
        row = watching.row
        # A watch that failed for a credential, for instance, says something of the cluster.
        failed = row.state == WatchStateChoices.FAILED and row.error_code not in SAYS_NOTHING_OF_CLUSTER
        if row.error_at and (failed or row.state == WatchStateChoices.UNREACHABLE):
            yield _Contact(row.error_at, row.error_code or row.state, row.error_message)
        elif row.contact and row.streams:  # the cluster lets us watch: nothing else says as much
            yield _Contact(row.contact, partial=partial)


def connection_of(evidence: Evidence) -> Fact:
    """Computes the connection fact from the newest contact with the cluster."""
    newest = max(_contacts(evidence), key=lambda contact: contact.at, default=None)
    if newest is None:
        return Fact("never tried", "never tried", "gray", detail="Press Test connection, or Sync.")
    at, ago = newest.at, age(evidence.now - newest.at)
    if newest.code:
        word = "access denied" if newest.code in ACCESS_DENIED_CODES else "unreachable"
        return Fact(word, f"{word} ({ago} ago)", "red", at, newest.message, newest.code, newest.hint)
    if newest.partial:
        detail, outline = _withheld(evidence)
        return Fact("degraded", f"degraded ({ago} ago)", "orange", at, detail, outline=outline)
    return Fact("connected", f"connected ({ago} ago)", "green", at)


def freshness_of(fabric: Fabric, evidence: Evidence) -> Fact:
    """Computes freshness from the watcher if it is live, else from the start of the newest run that read every kind."""
    if evidence.last_complete_run is None:
        return Fact("unknown", "unknown", "gray", detail="The cluster has never been read whole.")
    at = evidence.last_complete_run.started
    old = evidence.now - at
    held = evidence.last_complete_run.state == RunStateChoices.BLOCKED  # NetBox shows what the cluster did not have
    unserved = bool(evidence.unserved)  # of these kinds it shows what nobody can ask for any more
    if (watching := evidence.watching) and watching.live and not held and not unserved:
        detail = f"Every change is followed as it happens. Last read whole {age(old)} ago."
        return Fact("live", f"live (lag {watching.lag})", "green", watching.row.contact, detail)
    if old > timedelta(seconds=2 * fabric.sync_interval + 60):
        return Fact("stale", f"stale ({age(old)})", "orange", at, "Older than two intervals and a minute.")
    if unserved:
        detail, outline = (
            f"But for kinds that the cluster does not serve any more{these}" for these in _kinds(evidence)
        )
        return Fact("fresh", f"fresh ({age(old)})", "orange", at, detail, outline=outline)
    return Fact("fresh", f"fresh ({age(old)})", "green", at)


def _kinds(evidence: Evidence) -> tuple[str, str]:
    """The kinds that are not served any more as the end of a sentence, and that end without their names."""
    return f": {', '.join(sorted(each.kind for each in evidence.unserved))}.", "."


def _withheld(evidence: Evidence) -> tuple[str, str]:
    """What the cluster does not show, with and without the names of kinds."""
    said, outlines = [], []
    for kinds, does_not in ((evidence.refused, "refuses to show"), (evidence.unserved, "does not serve any more")):
        if kinds:
            said.append(f"The cluster {does_not}: {', '.join(sorted(each.kind for each in kinds))}.")
            outlines.append(f"The cluster {does_not} some kinds.")
    return " ".join(said), " ".join(outlines)


def _health(evidence: Evidence) -> Fact:
    """Computes health from what the switch agents reported when they were last listed."""
    at = evidence.agents_at
    if at is not None and evidence.watching and evidence.watching.live:
        at = max(at, evidence.watching.row.contact)
    if at is None or not any(heartbeat for _, _, heartbeat, _ in evidence.agents):
        return Fact("unknown", "unknown", "gray", at, "No switch agent's report has been read.")
    ill = [name for name, *report in evidence.agents if _ill(at, *report)]
    total = len(evidence.agents)
    ago = age(evidence.now - at)
    if ill:
        label = f"{len(ill)} of {total} unhealthy"
        outline = "No recent heartbeat, or configuration not applied"
        detail = f"{outline}: {', '.join(ill[:10])}"
        counted = {"count": len(ill), "total": total}
        return Fact("unhealthy", f"{label} ({ago} ago)", "red", at, detail, outline=f"{outline}.", **counted)
    detail = f"All {total} switches report."
    return Fact("healthy", f"healthy ({ago} ago)", "green", at, detail, count=0, total=total)


def _ill(at: datetime, generation: int | None, heartbeat: str | None, applied: str | None) -> bool:
    """Whether an agent had not reported lately when it was read, or had not applied its newest generation."""
    try:
        late = at - datetime.fromisoformat(heartbeat or "") > HEARTBEAT
    except (ValueError, TypeError):  # no heartbeat, or not a time with a zone
        return True
    return late or applied != str(generation)


def _sentence(
    fabric: Fabric, evidence: Evidence, connection: Fact, freshness: Fact, watching: WatcherStatus | None
) -> str:
    """A summary of the fabric in one sentence, for the top of its page and for the command."""
    parts = []
    if freshness.at is None:
        parts.append("Never read whole")
    else:
        run = evidence.last_complete_run
        parts.append(f"Read {age(evidence.now - run.started)} ago by run #{run.pk}")
    if watching and watching.words:
        parts.append(watching.words)
    if connection.value == "degraded":
        parts.append(connection.detail.rstrip("."))
    if evidence.last_ended_run and evidence.last_ended_run != evidence.last_complete_run:
        parts.append(f"the last run, #{evidence.last_ended_run.pk}, ended {_end(evidence.last_ended_run)}")
    if evidence.active:
        parts.append(f"run #{evidence.active.pk} {_doing(evidence)}")
    else:
        parts.append(_next(fabric, evidence))
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _doing(evidence: Evidence) -> str:
    """What the active run does."""
    run = evidence.active
    if run.state == RunStateChoices.QUEUED:
        return "is queued"
    if run.lease_until and run.lease_until < evidence.now:
        return f"is lost: its worker has not reported for {age(evidence.now - run.lease_until)}"
    return "is running"


def _next(fabric: Fabric, evidence: Evidence) -> str:
    """When the schedule syncs the fabric next, at most one interval from now; or why it will not."""
    if evidence.next_attempt is None:
        return "suspended: the schedule leaves it alone"
    timer = evidence.schedule
    if timer is None or not timer.planned:
        return "the schedule is not running; it begins again with the next request or worker"
    if evidence.queue and not evidence.queue.reachable:
        return "the schedule cannot tick: Redis cannot be reached"
    if evidence.queue and not evidence.queue.workers:
        return "no worker runs, so the schedule does not tick and nothing is synced"
    if late := late_by(timer.status, evidence.now, timer.next_tick):
        return f"the schedule is late by {age(late)}; the next sync comes when it ticks again"
    due = min(evidence.next_attempt, evidence.now + timedelta(seconds=fabric.sync_interval))
    tick = max(due, timer.next_tick or evidence.now)
    return f"next sync in {age(tick - evidence.now)}" if tick > evidence.now else "next sync in a moment"


def _end(run: SyncRun) -> str:
    return f"{run.state} ({run.error_code})" if run.error_code else run.state
