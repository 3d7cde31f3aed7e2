"""Which runs: what is asked of runs in more than one place is a method here, and no Q on runs is written elsewhere.

Only a run whose operation is ``read`` looks at the fabric. So whoever wants to know how a fabric is, or when it is to
be read again, begins with ``reads()``.
"""

from collections.abc import Collection
from typing import Self

from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import Now
from utilities.querysets import RestrictedQuerySet

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models.choices import RunOperationChoices, RunStateChoices
from netbox_hedgehog.run_code import SAYS_NOTHING_OF_CLUSTER, RunCode

__all__ = ("SyncRunQuerySet", "known_state", "transient_failure")

TRANSIENT = tuple(code.value for code in (*ErrorCode, *RunCode) if code.transient)

# A running run whose worker has not renewed its lease: it can never write again, and is lost before it is marked so.
LAPSED = Q(state=RunStateChoices.RUNNING, lease_until__lt=Now())
OF_A_PART = Q(scope__has_key="kind")  # of one kind or object, see ``sync.decide.scope``
PASSED_BY = Q(state=RunStateChoices.LOST) | Q(state=RunStateChoices.FAILED, error_code__in=TRANSIENT)
# The cluster answered, and does not have the one kind or object that it was asked for.
NOT_THERE = OF_A_PART & Q(state=RunStateChoices.FAILED, error_code__in=(RunCode.NOT_SERVED, ErrorCode.NOT_FOUND))


def known_state(prefix: str = "") -> Case:
    """The state that every face shows, as an expression: ``lost`` from the moment that the lease has ended.

    Args:
        prefix: the way from the queryset's model to the run, such as ``run__``.
    """
    lapsed = When(**{f"{prefix}state": RunStateChoices.RUNNING, f"{prefix}lease_until__lt": Now()}, then=Value("lost"))
    return Case(lapsed, default=F(f"{prefix}state"))


def transient_failure(state: str, code: str) -> bool:
    """Whether a run that ended in ``state`` with error ``code`` is one of ``transient_failures``."""
    return state == RunStateChoices.LOST or (state == RunStateChoices.FAILED and code in TRANSIENT)


class SyncRunQuerySet(RestrictedQuerySet):
    """Runs, by what they did, of how much, and how that ended. Each method narrows what it is called on."""

    def reads(self) -> Self:
        """Runs that read the cluster: the only ones that say anything of how the fabric is."""
        return self.filter(operation=RunOperationChoices.READ)

    def whole_fabric(self) -> Self:
        """Of the whole fabric, not of one kind or object."""
        return self.exclude(OF_A_PART)

    def part_of_fabric(self) -> Self:
        """Of one kind or object."""
        return self.filter(OF_A_PART)

    def active(self) -> Self:
        """Queued or running, by the row's own state: a lapsed one is among them until it is marked."""
        return self.filter(finished=None, state__in=RunStateChoices.ACTIVE)

    def ended(self) -> Self:
        """In a state that never changes."""
        return self.filter(state__in=RunStateChoices.TERMINAL)

    def completed_reading(self) -> Self:
        """Reads that went through all that they were to read, whatever they found."""
        return self.reads().filter(state__in=RunStateChoices.COMPLETED_READING)

    def contacts(self) -> Self:
        """Ended reads that tell whether the cluster answers: they read it, or failed for a reason that lies with it."""
        ended = self.reads().filter(state__in=(*RunStateChoices.COMPLETED_READING, RunStateChoices.FAILED))
        return ended.exclude(Q(error_code__in=SAYS_NOTHING_OF_CLUSTER) | NOT_THERE)

    def transient_failures(self) -> Self:
        """Failed for a reason that may pass with nobody doing anything: network, overload, a lost worker."""
        return self.filter(PASSED_BY)

    def other_than_transient_failures(self) -> Self:
        return self.exclude(PASSED_BY)

    def in_states(self, states: Collection[str]) -> Self:
        """Whose ``known_state`` is one of ``states``."""
        return self.filter(_in_states(states))

    def not_in_states(self, states: Collection[str]) -> Self:
        """Whose ``known_state`` is none of ``states``."""
        return self.exclude(_in_states(states))

    def lapsed(self) -> Self:
        """Running by the row's own state, though the worker's lease has ended."""
        return self.filter(LAPSED)

    def not_lapsed(self) -> Self:
        """All but those that are lost and not marked yet."""
        return self.exclude(LAPSED)

    def lapses(self) -> Self:
        """With ``lapsed`` computed by the database, by its clock; without this each running row asks for itself."""
        return self.annotate(lease_over=ExpressionWrapper(LAPSED, output_field=BooleanField()))

    def deadlines(self) -> Self:
        """With ``past_deadline`` computed by the database, by its clock."""
        late = ExpressionWrapper(Q(deadline__lt=Now()), output_field=BooleanField())
        return self.annotate(past_deadline=late)

    def executed_by(self, names: Collection[str]) -> Self:
        """Taken by one of the RQ workers called ``names``. Runs of before 0.2 have RQ's name in ``worker``."""
        return self.filter(Q(rq_worker__in=names) | Q(worker__in=names))


def _in_states(states: Collection[str]) -> Q:
    wanted = Q(state__in=states)
    if RunStateChoices.RUNNING in states and RunStateChoices.LOST not in states:
        return wanted & ~LAPSED
    return wanted | LAPSED if RunStateChoices.LOST in states else wanted
