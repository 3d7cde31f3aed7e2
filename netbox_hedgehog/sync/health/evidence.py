"""What the facts are computed from, read for any number of fabrics in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from netbox_hedgehog.models import (
    FULL,
    Agent,
    ConnectionTest,
    Fabric,
    FabricCondition,
    KindObservation,
    RunStateChoices,
    SyncRun,
    Watcher,
)
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.health.watcher_status import Watching
from netbox_hedgehog.sync.queue.timer import Chain, chain
from netbox_hedgehog.sync.queue.workers import QueueState, queue_state
from netbox_hedgehog.sync.runs.latest import newest_ended
from netbox_hedgehog.sync.runs.next_attempts import agenda

__all__ = ("Evidence", "gather", "of_the_cluster")

# Ends that say nothing of the cluster: our own trouble, or someone's wish.
SILENT = ("internal", "database", "deadline", "cancelled", "worker_lost")
# So do those of a run of one kind that the cluster, which answered, does not have.
NOT_THERE = ~FULL & Q(state=RunStateChoices.FAILED, error_code__in=("not_served", "not_found"))


@dataclass
class Evidence:
    """Of one fabric: the newest run that reached the cluster (CONTACT), the newest that read it whole (LOOK), the
    newest whole one that nobody cancelled (WHOLE), the newest of any kind (LAST), and so on."""

    now: datetime
    contact: SyncRun | None = None
    look: SyncRun | None = None
    whole: SyncRun | None = None
    last: SyncRun | None = None
    active: SyncRun | None = None
    test: ConnectionTest | None = None
    refused: list[KindObservation] = field(default_factory=list)
    unserved: list[KindObservation] = field(default_factory=list)  # kinds that had objects when they were served
    agents: list[tuple[str, int | None, str | None, str | None]] = field(default_factory=list)
    agents_at: datetime | None = None
    next_attempt: datetime | None = None
    schedule: Chain | None = None
    queue: QueueState | None = None
    watching: Watching | None = None
    conditions: list[FabricCondition] = field(default_factory=list)


def gather(fabrics: Sequence[Fabric]) -> dict[int, Evidence]:
    """All evidence on each of FABRICS, by primary key: thirteen statements, and one look at Redis, for any number."""
    found = of_the_cluster(fabrics)
    active = SyncRun.objects.filter(fabric__in=found, finished=None, state__in=RunStateChoices.ACTIVE)
    for run in active.order_by("-state"):
        found[run.fabric_id].active = found[run.fabric_id].active or run
    _agents(found)
    schedule, queue = chain(), queue_state()
    for evidence in found.values():
        evidence.schedule, evidence.queue = schedule, queue
    for key, attempt in agenda(fabrics).items():
        found[key].next_attempt = attempt or found[key].now
    return found


def of_the_cluster(fabrics: Sequence[Fabric]) -> dict[int, Evidence]:
    """What has been heard of each of FABRICS' clusters, by primary key: the half that conditions are judged by.

    Seven statements; the first one asks what time it is.
    """
    now = database_time()
    found = {fabric.pk: Evidence(now) for fabric in fabrics}
    keys = list(found)
    for name, runs in newest_ended(keys, **_heard()).items():
        for key, run in runs.items():
            setattr(found[key], name, run)
    tests = ConnectionTest.objects.filter(fabric__in=keys, ok__isnull=False).exclude(error_code__in=SILENT)
    for test in tests.order_by("fabric_id", "-finished").distinct("fabric_id"):
        found[test.fabric_id].test = test
    gone = Q(error_code="not_served", objects_seen__gt=0)
    looks = KindObservation.objects.filter(gone | Q(error_code="forbidden") | Q(kind="Agent"), fabric__in=keys)
    for observation in looks.order_by("api_group", "kind"):
        if observation.error_code == "forbidden":
            found[observation.fabric_id].refused.append(observation)
        if observation.error_code == "not_served" and observation.objects_seen:
            found[observation.fabric_id].unserved.append(observation)
        if observation.kind == "Agent":
            found[observation.fabric_id].agents_at = observation.complete_at
    _told(found)
    return found


def _heard() -> dict[str, QuerySet[SyncRun]]:
    """The runs of each name of ``Evidence`` that is a run which has ended."""
    ended, looked = SyncRun.objects.filter(state__in=RunStateChoices.TERMINAL), RunStateChoices.LOOKED
    spoke = ended.filter(state__in=(*looked, RunStateChoices.FAILED)).exclude(Q(error_code__in=SILENT) | NOT_THERE)
    return {
        "contact": spoke,
        "look": ended.filter(FULL, state__in=looked),
        "whole": ended.filter(FULL).exclude(state=RunStateChoices.CANCELLED),
        "last": ended,
    }


def _told(found: dict[int, Evidence]) -> None:
    """What the watcher tells of itself, and what was last found wrong."""
    for watcher in Watcher.objects.filter(fabric__in=found).order_by():
        evidence = found[watcher.fabric_id]
        evidence.watching = Watching(watcher, evidence.now)
    for condition in FabricCondition.objects.filter(fabric__in=found).order_by("type"):
        found[condition.fabric_id].conditions.append(condition)


def _agents(found: dict[int, Evidence]) -> None:
    agents: Any = Agent.objects.filter(fabric__in=found, missing_since=None).order_by("name")
    rows = agents.annotate(applied=KT("status__lastAppliedGen")).values_list(
        "fabric_id", "name", "generation", "last_heartbeat", "applied"
    )
    for fabric_id, *agent in rows:
        found[fabric_id].agents.append(tuple(agent))
