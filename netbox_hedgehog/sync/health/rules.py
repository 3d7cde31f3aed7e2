"""From the evidence to what is wrong with a fabric: one finding for each type of condition. Asks no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.cluster.errors.hints import hint_for
from netbox_hedgehog.models import ConditionChoices, Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.sync.health import Evidence, Fact, connection_of, freshness_of

__all__ = ("Finding", "findings")

FAILED = (RunStateChoices.FAILED, RunStateChoices.LOST)
BLOCKED = (RunStateChoices.BLOCKED,)
LOOK_WHY = "See why no sync goes through: netbox hedgehog_sync status {name}"


@dataclass(frozen=True)
class Finding:
    """What a condition of a fabric is found to be, why, what to do about it, and which run said so, if any."""

    fabric: Fabric
    type: str
    status: bool
    reason: str = ""
    message: str = ""
    hint: str = ""
    run: SyncRun | None = None


def findings(fabric: Fabric, evidence: Evidence) -> list[Finding]:
    """All conditions of FABRIC, by the EVIDENCE on its cluster.

    A cancelled run proves nothing, and only a run that went through says anew whether a guard acts.
    """
    return [
        _by_run(fabric, ConditionChoices.SYNC_FAILED, evidence.last_full_run, FAILED),
        _by_run(fabric, ConditionChoices.BLOCKED, evidence.last_complete_run, BLOCKED),
        _unreachable(fabric, connection_of(evidence), evidence.last_full_run),
        _stale(fabric, freshness_of(fabric, evidence), evidence.last_complete_run),
    ]


def _by_run(fabric: Fabric, kind: str, run: SyncRun | None, states: Sequence[str]) -> Finding:
    if run is None:
        return Finding(fabric, kind, False)
    if run.state in states:
        return Finding(fabric, kind, True, run.error_code or run.state, run.error_message, run.error_hint, run)
    return Finding(fabric, kind, False, run.state, f"Run #{run.pk} ended {run.state}.", "", run)


def _unreachable(fabric: Fabric, fact: Fact, ended: SyncRun | None) -> Finding:
    kind = ConditionChoices.UNREACHABLE
    if fact.value not in ("unreachable", "access denied"):
        return Finding(fabric, kind, False, fact.value)
    hint = fact.hint or _hint(fabric, fact.reason)
    run = ended if ended and ended.finished == fact.at else None  # not where a test or the watcher has said so
    return Finding(fabric, kind, True, fact.reason, fact.detail, hint, run)


def _stale(fabric: Fabric, fact: Fact, look: SyncRun | None) -> Finding:
    kind = ConditionChoices.STALE
    if fact.value != "stale" or fabric.suspended:  # nobody is to look at a suspended one
        return Finding(fabric, kind, False, "suspended" if fabric.suspended else fact.value)
    return Finding(fabric, kind, True, fact.value, fact.detail, LOOK_WHY.format(name=fabric.name), look)


def _hint(fabric: Fabric, code: str) -> str:
    if code not in set(ErrorCode):
        return ""
    try:
        address = urlsplit(fabric.api_url)
        facts = {"host": address.hostname, "port": address.port, "url": fabric.api_url}
    except ValueError:  # an address that is none says nothing that a hint could name
        facts = {}
    return hint_for(ErrorCode(code), facts)
