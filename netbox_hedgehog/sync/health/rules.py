"""Computes one finding for each type of condition from a fabric's evidence. Pure: asks no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.cluster.errors.hints import hint_for
from netbox_hedgehog.models import ConditionChoices, Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.sync.health import Evidence, Fact, connection_of, freshness_of

__all__ = ("Finding", "findings")

FAILED = (RunStateChoices.FAILED, RunStateChoices.LOST)
BLOCKED = (RunStateChoices.BLOCKED,)
SEE_WHY = gettext_lazy("See why no sync goes through: netbox hedgehog_sync status {name}")


@dataclass(frozen=True)
class Finding:
    """The status that a condition of a fabric has by the evidence.

    Attributes:
        fabric: The fabric.
        type: A value of ``ConditionChoices``, or ``SCHEDULE_FAILED``.
        status: True if something is wrong.
        reason: A stable code.
        message: What happened, quoted from the cluster, the guard or the plugin.
        hint: What to do next.
        run: The run that showed it, if one did.
    """

    fabric: Fabric
    type: str
    status: bool
    reason: str = ""
    message: str = ""
    hint: str = ""
    run: SyncRun | None = None


def findings(fabric: Fabric, evidence: Evidence) -> list[Finding]:
    """Compute all conditions of a fabric.

    Cancelled runs are ignored, and only a run that has read every kind changes whether a guard acts.

    Args:
        fabric: The fabric.
        evidence: What is known of its cluster, see ``Evidence``.

    Returns:
        One finding for each value of ``ConditionChoices``.
    """
    return [
        _by_run(fabric, ConditionChoices.SYNC_FAILED, evidence.last_full_run, FAILED),
        _by_run(fabric, ConditionChoices.BLOCKED, evidence.last_complete_run, BLOCKED),
        _unreachable(fabric, connection_of(evidence), evidence.last_full_run),
        _stale(fabric, freshness_of(fabric, evidence), evidence.last_complete_run),
    ]


def _by_run(fabric: Fabric, type_: str, run: SyncRun | None, states: Sequence[str]) -> Finding:
    if run is None:
        return Finding(fabric, type_, False)
    if run.state in states:
        return Finding(fabric, type_, True, run.error_code or run.state, run.error_message, run.error_hint, run)
    return Finding(
        fabric, type_, False, run.state, _("Run #{run} ended {state}.").format(run=run.pk, state=run.state), "", run
    )


def _unreachable(fabric: Fabric, fact: Fact, ended: SyncRun | None) -> Finding:
    type_ = ConditionChoices.UNREACHABLE
    if fact.value not in ("unreachable", "access denied"):
        return Finding(fabric, type_, False, fact.value)
    hint = fact.hint or _hint(fabric, fact.reason)
    run = ended if ended and ended.finished == fact.at else None  # else a connection test or the watcher found it
    return Finding(fabric, type_, True, fact.reason, fact.detail, hint, run)


def _stale(fabric: Fabric, fact: Fact, last: SyncRun | None) -> Finding:
    type_ = ConditionChoices.STALE
    if fact.value != "stale" or fabric.suspended:  # a suspended fabric is not read, so it cannot be late
        return Finding(fabric, type_, False, "suspended" if fabric.suspended else fact.value)
    return Finding(fabric, type_, True, fact.value, fact.detail, SEE_WHY.format(name=fabric.name), last)


def _hint(fabric: Fabric, code: str) -> str:
    if code not in set(ErrorCode):
        return ""
    try:
        address = urlsplit(fabric.api_url)
        facts = {"host": address.hostname, "port": address.port, "url": fabric.api_url}
    except ValueError:  # an address that does not parse has no parts for the hint
        facts = {}
    return hint_for(ErrorCode(code), facts)
