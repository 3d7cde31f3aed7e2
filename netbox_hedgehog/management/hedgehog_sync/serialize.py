"""Runs as rows of an answer: the names are those of REST."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from netbox_hedgehog.models import Hold, SyncRun
from netbox_hedgehog.sync import QueueState, known_failure, waiting_reason

__all__ = ("error_lines", "run_row", "total", "when")


def run_row(run: SyncRun, queue: QueueState | None = None) -> dict[str, Any]:
    """``run`` for a script."""
    return {
        "id": run.pk,
        "fabric": run.fabric.name,
        "operation": run.operation,
        "state": run.known_state,
        "trigger": run.trigger,
        "requested_by": run.requester,
        "scope": run.scope,
        "created": run.created,
        "started": run.started,
        "finished": run.finished,
        "progress": run.progress,
        "counts": run.counts,
        "error": error_of(run),
        "held": _hold_row(run.held),
        "let_through": _hold_row(run.let_through),
        "worker": run.worker,
        "waiting": waiting_reason(run, queue),
    }


def _hold_row(hold: Hold | None) -> dict[str, Any] | None:
    if hold is None:
        return None
    names = ("count", "created", "approver", "approved_at", "reason", "closed_at")
    return {"id": hold.pk, **{name: getattr(hold, name) for name in names}}


def error_of(row: Any) -> dict[str, str] | None:
    """The error of a run or connection test; None when it has none."""
    if isinstance(row, SyncRun) and row.lapsed:
        return asdict(known_failure(row))
    if not row.error_code:
        return None
    return {"code": row.error_code, "message": row.error_message, "hint": row.error_hint}


def error_lines(error: dict[str, str] | None) -> list[str]:
    """What happened and what to do, for people."""
    if error is None:
        return []
    return [f"{error['code']}: {error['message']}", *([f"Next: {error['hint']}"] if error["hint"] else [])]


def total(counts: dict[str, dict[str, Any]]) -> str:
    """``counts`` of all kinds together, as words: ``495 listed: 3 created, 492 unchanged``."""
    words = ("created", "updated", "replaced", "restored", "missing", "removed", "malformed", "unchanged")
    sums = {word: sum(kind.get(word, 0) for kind in counts.values()) for word in ("listed", *words)}
    parts = ", ".join(f"{sums[word]} {word}" for word in words if sums[word])
    return f"{sums['listed']} listed" + (f": {parts}" if parts else "")


def when(moment: Any) -> str:
    """``moment`` in NetBox's time zone, to the second."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
