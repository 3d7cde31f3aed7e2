"""What the facts are computed from, read for any number of fabrics in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models import (
    Agent,
    ConnectionTest,
    Fabric,
    FabricCondition,
    KindObservation,
    RunStateChoices,
    SyncRun,
    Watcher,
)
from netbox_hedgehog.run_code import SAYS_NOTHING_OF_CLUSTER, RunCode
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.health.watcher_status import WatcherStatus
from netbox_hedgehog.sync.queue.timer import TimerState, timer_state
from netbox_hedgehog.sync.queue.workers import QueueState, queue_state
from netbox_hedgehog.sync.runs.latest import latest_ended
from netbox_hedgehog.sync.runs.next_attempts import next_attempts

__all__ = ("Evidence", "SwitchReport", "gather", "of_the_cluster")


class SwitchReport(NamedTuple):
    """What a switch's agent has reported of itself, as the cluster has it.

    Attributes:
        name: The switch's name.
        generation: The generation of the configuration that the agent is to apply.
        heartbeat: When it last reported, as it wrote that; None where it never has.
        applied: The generation that it applied last, as text.
    """

    name: str
    generation: int | None
    heartbeat: str | None
    applied: str | None


@dataclass
class Evidence:
    """What is known of one fabric at a moment, as the four facts and the conditions are computed from it.

    Attributes:
        now: the database's clock when the evidence was gathered.
        last_contact_run: the newest ended run that the cluster answered.
        last_complete_run: the newest run over the whole fabric that read it to the end.
        last_full_run: the newest ended run over the whole fabric that nobody cancelled.
        last_ended_run: the newest ended run of any scope.
        active: the read that is queued or running; a running one wins.
        test: the newest finished connection test that says something of the cluster.
        refused: kinds that the credential may not list.
        unserved: kinds that had objects while the cluster served them.
        agents: the report of each switch's agent.
        agents_at: when the agents were last listed to the end.
        next_attempt: when the schedule starts a run; None where it never does.
        schedule: the state of the timer's jobs.
        queue: whether workers serve the queue, and what waits in it.
        watching: what the fabric's watcher reports; None if the fabric has never been watched.
        conditions: what was last found wrong.
    """

    now: datetime
    last_contact_run: SyncRun | None = None
    last_complete_run: SyncRun | None = None
    last_full_run: SyncRun | None = None
    last_ended_run: SyncRun | None = None
    active: SyncRun | None = None
    test: ConnectionTest | None = None
    refused: list[KindObservation] = field(default_factory=list)
    unserved: list[KindObservation] = field(default_factory=list)  # kinds that had objects when they were served
    agents: list[SwitchReport] = field(default_factory=list)
    agents_at: datetime | None = None
    next_attempt: datetime | None = None
    schedule: TimerState | None = None
    queue: QueueState | None = None
    watching: WatcherStatus | None = None
    conditions: list[FabricCondition] = field(default_factory=list)


def gather(fabrics: Sequence[Fabric]) -> dict[int, Evidence]:
    """Read all evidence on fabrics.

    Takes thirteen statements and one round trip to Redis, however many fabrics there are.

    Args:
        fabrics: The fabrics to read.

    Returns:
        The evidence by the fabric's primary key.
    """
    found = of_the_cluster(fabrics)
    for run in SyncRun.objects.reads().active().filter(fabric__in=found).order_by("-state"):
        found[run.fabric_id].active = found[run.fabric_id].active or run
    _agents(found)
    schedule, queue = timer_state(), queue_state()
    for evidence in found.values():
        evidence.schedule, evidence.queue = schedule, queue
    for key, attempt in next_attempts(fabrics).items():
        found[key].next_attempt = attempt or found[key].now
    return found


def of_the_cluster(fabrics: Sequence[Fabric]) -> dict[int, Evidence]:
    """Read the part of the evidence that is about the clusters, which is what conditions are computed from.

    Takes seven statements; the first one reads the database's clock, so that nothing read is older than ``now``.

    Args:
        fabrics: The fabrics to read.

    Returns:
        The evidence by the fabric's primary key, without ``active``, ``agents``, ``schedule``, ``queue`` and
        ``next_attempt``.
    """
    now = database_time()
    found = {fabric.pk: Evidence(now) for fabric in fabrics}
    keys = list(found)
    for name, runs in latest_ended(keys, **_heard()).items():
        for key, run in runs.items():
            setattr(found[key], name, run)
    tests = ConnectionTest.objects.filter(fabric__in=keys, ok__isnull=False)
    tests = tests.exclude(error_code__in=SAYS_NOTHING_OF_CLUSTER)
    for test in tests.order_by("fabric_id", "-finished").distinct("fabric_id"):
        found[test.fabric_id].test = test
    gone = Q(error_code=RunCode.NOT_SERVED, objects_seen__gt=0)
    observations = KindObservation.objects.filter(
        gone | Q(error_code=ErrorCode.FORBIDDEN) | Q(kind="Agent"), fabric__in=keys
    )
    for observation in observations.order_by("api_group", "kind"):
        if observation.error_code == ErrorCode.FORBIDDEN:
            found[observation.fabric_id].refused.append(observation)
        if observation.error_code == RunCode.NOT_SERVED and observation.objects_seen:
            found[observation.fabric_id].unserved.append(observation)
        if observation.kind == "Agent":
            found[observation.fabric_id].agents_at = observation.complete_at
    _reported(found)
    return found


def _heard() -> dict[str, QuerySet[SyncRun]]:
    """Ended runs to choose the newest from, by the attribute of ``Evidence`` that takes it."""
    reads, whole = SyncRun.objects.reads(), SyncRun.objects.reads().whole_fabric()
    return {
        "last_contact_run": reads.contacts(),
        "last_complete_run": whole.completed_reading(),
        "last_full_run": whole.ended().exclude(state=RunStateChoices.CANCELLED),
        "last_ended_run": reads.ended(),
    }


def _reported(found: dict[int, Evidence]) -> None:
    """Add what the watcher reports of itself, and the stored conditions."""
    for watcher in Watcher.objects.filter(fabric__in=found).order_by():
        evidence = found[watcher.fabric_id]
        evidence.watching = WatcherStatus(watcher, evidence.now)
    for condition in FabricCondition.objects.filter(fabric__in=found).order_by("type"):
        found[condition.fabric_id].conditions.append(condition)


def _agents(found: dict[int, Evidence]) -> None:
    agents: Any = Agent.objects.filter(fabric__in=found, missing_since=None).order_by("name")
    rows = agents.annotate(applied=KT("status__lastAppliedGen")).values_list(
        "fabric_id", "name", "generation", "last_heartbeat", "applied"
    )
    for fabric_id, *agent in rows:
        found[fabric_id].agents.append(SwitchReport(*agent))
