"""How a run can end badly, or an object be left out, beside what its cluster says: stable codes. Pure.

What a cluster, or the way to it, refuses or fails at has the codes of ``cluster.ErrorCode``. A run, an issue, a held
object, a connection test and a watcher have a code of either family.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ("SAYS_NOTHING_OF_CLUSTER", "RunCode")


class RunCode(StrEnum):
    """The codes are stored and filtered on: they are added to, never renamed."""

    INTERNAL = "internal"  # ErrorCode has it too: for an exception that nobody foresaw, wherever it was raised
    DATABASE = "database"
    DEADLINE = "deadline"
    CANCELLED = "cancelled"
    WORKER_LOST = "worker_lost"
    NOT_SERVED = "not_served"
    MALFORMED_OBJECT = "malformed_object"
    OBJECT_REFUSED = "object_refused"
    EMPTY_SOURCE = "empty_source"
    SHRINK_GUARD = "shrink_guard"

    @property
    def label(self) -> str:
        """What happened, for people: a sentence without a full stop. (``title`` is a method of every string.)"""
        return _ABOUT[self].label

    @property
    def hint(self) -> str:
        """What to do next, where nothing more is known of the case. ``{resource}``: a kind as kubectl names it."""
        return _ABOUT[self].hint

    @property
    def transient(self) -> bool:
        """Whether the next run may well succeed with nobody doing anything, so that it is worth trying soon."""
        return _ABOUT[self].transient

    @property
    def says_nothing_of_cluster(self) -> bool:
        """Whether an end with this code leaves open how the cluster is: our own trouble, or somebody's wish."""
        return _ABOUT[self].says_nothing_of_cluster


@dataclass(frozen=True)
class _About:
    label: str
    hint: str
    transient: bool = False
    says_nothing_of_cluster: bool = False


def gettext_noop(text: str) -> str:
    """``text``, by a name that Django's makemessages knows: presentation/error_titles translates it. No Django here."""
    return text


_KEPT = "Nothing was removed. See with kubectl whether they are really gone"
_LOOK = "Look at it with: kubectl get {resource} -o yaml"

_ABOUT = {
    RunCode.INTERNAL: _About(
        gettext_noop("The sync itself failed"),
        "This is a defect of the plugin. The job's log has the details; please report it.",
        says_nothing_of_cluster=True,
    ),
    RunCode.DATABASE: _About(
        gettext_noop("NetBox's database failed"),
        "See that NetBox's database is up and has space; the next sync starts from what is stored.",
        says_nothing_of_cluster=True,
    ),
    RunCode.DEADLINE: _About(
        gettext_noop("The run took longer than is allowed"),
        "See whether the API server is slow, or raise the plugin setting run_deadline.",
        says_nothing_of_cluster=True,
    ),
    RunCode.CANCELLED: _About(
        gettext_noop("The run was cancelled"),
        "Request a new sync at any time.",
        says_nothing_of_cluster=True,
    ),
    RunCode.WORKER_LOST: _About(
        gettext_noop("The worker stopped before the run ended"),
        "Look at the worker's log and memory; the next sync repairs what this one left undone.",
        transient=True,
        says_nothing_of_cluster=True,
    ),
    RunCode.NOT_SERVED: _About(
        gettext_noop("The cluster does not serve the kind"),
        "Its objects are kept as they were last seen until it is served again.",
    ),
    RunCode.MALFORMED_OBJECT: _About(gettext_noop("The object cannot be read"), _LOOK),
    RunCode.OBJECT_REFUSED: _About(gettext_noop("NetBox's database did not take the object"), _LOOK),
    RunCode.EMPTY_SOURCE: _About(
        gettext_noop("The cluster listed none where there were objects"),
        f"{_KEPT}: an empty answer can also come from a restored or half-started API server. If they are, let it "
        "through on the run's page.",
    ),
    RunCode.SHRINK_GUARD: _About(
        gettext_noop("More objects are gone than the fabric's guard allows"),
        f"{_KEPT}; if so, let it through on the run's page.",
    ),
}

SAYS_NOTHING_OF_CLUSTER = tuple(code for code in RunCode if code.says_nothing_of_cluster)
