"""Computes the facts of a fabric, in the fixed words of the plugin, from the evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models import Fabric, KindObservation, RunStateChoices, SyncRun, WatchStateChoices
from netbox_hedgehog.run_code import SAYS_NOTHING_OF_CLUSTER
from netbox_hedgehog.sync.health.age import age
from netbox_hedgehog.sync.health.evidence import Evidence, SwitchReport, gather
from netbox_hedgehog.sync.health.fact import Fact, Facts
from netbox_hedgehog.sync.health.schedule_fact import late_by, schedule_fact, stopped
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
    drift = Fact("unknown", _("unknown"), "gray", detail=_("Nothing is intended or declared yet."))
    watching = evidence.watching
    sentence = _sentence(fabric, evidence, connection, freshness, watching)
    health, conditions = _health(evidence), tuple(evidence.conditions)
    outline = _sentence(fabric, evidence, connection.outlined, freshness, watching and watching.outlined)
    schedule = _schedule(fabric, evidence)
    return Facts(connection, freshness, drift, health, sentence, schedule, evidence.watching, conditions, outline)


def _schedule(fabric: Fabric, evidence: Evidence) -> Fact:
    """Of the timer, which is the installation's: as far as it concerns ``fabric``."""
    timer, queue = evidence.schedule, evidence.queue
    if timer is None or not timer.planned:
        return stopped()
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
        return Fact("never tried", _("never tried"), "gray", detail=_("Press Test connection, or Sync."))
    at, ago = newest.at, age(evidence.now - newest.at)
    if newest.code:
        word, label = "unreachable", _("unreachable ({age} ago)")
        if newest.code in ACCESS_DENIED_CODES:
            word, label = "access denied", _("access denied ({age} ago)")
        return Fact(word, label.format(age=ago), "red", at, newest.message, newest.code, newest.hint)
    if newest.partial:
        detail, outline = _withheld(evidence)
        return Fact("degraded", _("degraded ({age} ago)").format(age=ago), "orange", at, detail, outline=outline)
    return Fact("connected", _("connected ({age} ago)").format(age=ago), "green", at)


def freshness_of(fabric: Fabric, evidence: Evidence) -> Fact:
    """Computes freshness from the watcher if it is live, else from the start of the newest run that read every kind."""
    if evidence.last_complete_run is None:
        return Fact("unknown", _("unknown"), "gray", detail=_("The cluster has never been read whole."))
    at = evidence.last_complete_run.started
    old = evidence.now - at
    held = evidence.last_complete_run.state == RunStateChoices.BLOCKED  # NetBox shows what the cluster did not have
    unserved = bool(evidence.unserved)  # of these kinds it shows what nobody can ask for any more
    if (watching := evidence.watching) and watching.live and not held and not unserved:
        detail = _("Every change is followed as it happens. Last read whole {age} ago.").format(age=age(old))
        label = _("live (lag {lag})").format(lag=watching.lag)
        return Fact("live", label, "green", watching.row.contact, detail)
    if old > timedelta(seconds=2 * fabric.sync_interval + 60):
        return Fact(
            "stale", _("stale ({age})").format(age=age(old)), "orange", at, _("Older than two intervals and a minute.")
        )
    label = _("fresh ({age})").format(age=age(old))
    if unserved:
        detail = _("But for kinds that the cluster does not serve any more: {kinds}.").format(
            kinds=_kinds(evidence.unserved)
        )
        outline = _("But for kinds that the cluster does not serve any more.")
        return Fact("fresh", label, "orange", at, detail, outline=outline)
    return Fact("fresh", label, "green", at)


def _kinds(observations: Iterable[KindObservation]) -> str:
    return ", ".join(sorted(each.kind for each in observations))


def _withheld(evidence: Evidence) -> tuple[str, str]:
    """What the cluster does not show, with and without the names of kinds."""
    said, outlines = [], []
    if evidence.refused:
        said.append(_("The cluster refuses to show: {kinds}.").format(kinds=_kinds(evidence.refused)))
        outlines.append(_("The cluster refuses to show some kinds."))
    if evidence.unserved:
        said.append(_("The cluster does not serve any more: {kinds}.").format(kinds=_kinds(evidence.unserved)))
        outlines.append(_("The cluster does not serve any more some kinds."))
    return " ".join(said), " ".join(outlines)


def _health(evidence: Evidence) -> Fact:
    """Computes health from what the switch agents reported when they were last listed."""
    at = evidence.agents_at
    if at is not None and evidence.watching and evidence.watching.live:
        at = max(at, evidence.watching.row.contact)
    if at is None or not any(report.heartbeat for report in evidence.agents):
        return Fact("unknown", _("unknown"), "gray", at, _("No switch agent's report has been read."))
    ill = [report.name for report in evidence.agents if _ill(at, report)]
    total = len(evidence.agents)
    ago = age(evidence.now - at)
    if ill:
        label = _("{count} of {total} unhealthy ({age} ago)").format(count=len(ill), total=total, age=ago)
        detail = _("No recent heartbeat, or configuration not applied: {switches}").format(switches=", ".join(ill[:10]))
        outline = _("No recent heartbeat, or configuration not applied.")
        return Fact("unhealthy", label, "red", at, detail, outline=outline, count=len(ill), total=total)
    label, detail = _("healthy ({age} ago)").format(age=ago), _("All {total} switches report.").format(total=total)
    return Fact("healthy", label, "green", at, detail, count=0, total=total)


def _ill(at: datetime, report: SwitchReport) -> bool:
    """Whether an agent had not reported lately when it was read, or had not applied its newest generation."""
    try:
        late = at - datetime.fromisoformat(report.heartbeat or "") > HEARTBEAT
    except (ValueError, TypeError):  # no heartbeat, or not a time with a zone
        return True
    return late or report.applied != str(report.generation)


def _sentence(
    fabric: Fabric, evidence: Evidence, connection: Fact, freshness: Fact, watching: WatcherStatus | None
) -> str:
    """A summary of the fabric in one sentence, for the top of its page and for the command."""
    parts = []
    run = evidence.last_complete_run
    if freshness.at is None or run is None:
        parts.append(_("Never read whole"))
    else:
        parts.append(_("Read {age} ago by run #{run}").format(age=age(evidence.now - run.started), run=run.pk))
    if watching and watching.words:
        parts.append(watching.words)
    if connection.value == "degraded":
        parts.append(connection.detail.rstrip("."))
    if (last := evidence.last_ended_run) and last != evidence.last_complete_run:
        parts.append(_("the last run, #{run}, ended {state}").format(run=last.pk, state=_end(last)))
    if evidence.active:
        parts.append(_doing(evidence.active, evidence.now))
    else:
        parts.append(_next(fabric, evidence))
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _doing(run: SyncRun, now: datetime) -> str:
    """What the active run does."""
    if run.state == RunStateChoices.QUEUED:
        return _("run #{run} is queued").format(run=run.pk)
    if run.lease_until and run.lease_until < now:
        said = _("run #{run} is lost: its worker has not reported for {age}")
        return said.format(run=run.pk, age=age(now - run.lease_until))
    return _("run #{run} is running").format(run=run.pk)


def _next(fabric: Fabric, evidence: Evidence) -> str:
    """When the schedule syncs the fabric next, at most one interval from now; or why it will not."""
    if evidence.next_attempt is None:
        return _("suspended: the schedule leaves it alone")
    timer = evidence.schedule
    if timer is None or not timer.planned:
        return _("the schedule is not running; it begins again with the next request or worker")
    if evidence.queue and not evidence.queue.reachable:
        return _("the schedule cannot tick: Redis cannot be reached")
    if evidence.queue and not evidence.queue.workers:
        return _("no worker runs, so the schedule does not tick and nothing is synced")
    if late := late_by(timer.status, evidence.now, timer.next_tick):
        return _("the schedule is late by {age}; the next sync comes when it ticks again").format(age=age(late))
    due = min(evidence.next_attempt, evidence.now + timedelta(seconds=fabric.sync_interval))
    tick = max(due, timer.next_tick or evidence.now)
    if tick > evidence.now:
        return _("next sync in {time}").format(time=age(tick - evidence.now))
    return _("next sync in a moment")


def _end(run: SyncRun) -> str:
    return f"{run.state} ({run.error_code})" if run.error_code else run.state
