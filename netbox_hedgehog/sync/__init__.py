"""The engine that keeps rows true: what pages, REST, GraphQL, the command and metrics ask of it.

They import nothing else of it (a contract of import-linter holds that), so whatever is not here can be changed without
looking at them. The watcher has a door of its own, ``netbox_hedgehog.sync.watch``: it is a process of its own, and only
its command loads it.
"""

from netbox_hedgehog.sync.connection_test import request_test, run_test
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.decide.guards import GUARD_CODES, acts_when
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.execute.dry_run import dry_run
from netbox_hedgehog.sync.health import Fact, Facts, WatcherStatus, facts_for
from netbox_hedgehog.sync.health.age import age
from netbox_hedgehog.sync.health.facts import ACCESS_DENIED_CODES
from netbox_hedgehog.sync.health.schedule_fact import FAILED_TICK_HINT, late_by
from netbox_hedgehog.sync.queue.timer import TimerState, restart_timer, timer_state
from netbox_hedgehog.sync.queue.workers import QueueState, queue_depth, queue_state, waiting_reason
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.request.cancel import cancel_run
from netbox_hedgehog.sync.request.override import NotHeld, approvable, approve_removal
from netbox_hedgehog.sync.request.request import Requested, request_sync
from netbox_hedgehog.sync.runs.deleted_fabric import FabricGone
from netbox_hedgehog.sync.runs.latest import latest_ended, latest_requested
from netbox_hedgehog.sync.runs.next_attempts import next_attempts
from netbox_hedgehog.sync.runs.transitions import Failure, known_failure

__all__ = (
    "ACCESS_DENIED_CODES",
    "FAILED_TICK_HINT",
    "GUARD_CODES",
    "FabricGone",
    "Fact",
    "Facts",
    "Failure",
    "NotHeld",
    "QueueState",
    "Requested",
    "Scope",
    "TimerState",
    "WatcherStatus",
    "acts_when",
    "age",
    "approvable",
    "approve_removal",
    "cancel_run",
    "database_time",
    "dry_run",
    "facts_for",
    "known_failure",
    "late_by",
    "latest_ended",
    "latest_requested",
    "next_attempts",
    "queue_depth",
    "queue_state",
    "request_sync",
    "request_test",
    "restart_timer",
    "run_test",
    "sweep",
    "timer_state",
    "waiting_reason",
)
