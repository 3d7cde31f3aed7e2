"""What one user may see of what runs and facts say about kinds and objects. Every face asks here.

A run belongs to a fabric, so whoever may view runs sees that it was, how it ended and how far it is. Its counts,
scope, progress and messages speak of kinds and objects, which have permissions of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from utilities.string import title

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.queries.union import allowed_by_model, union
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync import Failure, Scope, known_failure

__all__ = ("HIDDEN", "RunView", "Viewer", "viewer_of")

HIDDEN = gettext_lazy("It speaks of kinds or objects that you may not all see.")
OTHER = ""  # stands for all kinds that the plugin does not know: one permission covers them
KNOWN = {kind.kind for kind in kinds.KINDS}

# Ends that are about the cluster as a whole or about the run itself: their messages name no kind and no object.
OF_NO_KIND = frozenset(
    {
        "",
        ErrorCode.NAME_NOT_RESOLVED,
        ErrorCode.ADDRESS_NOT_ALLOWED,
        ErrorCode.NO_ROUTE,
        ErrorCode.CONNECTION_REFUSED,
        ErrorCode.TIMED_OUT,
        ErrorCode.CONNECTION_LOST,
        ErrorCode.TLS_UNKNOWN_CA,
        ErrorCode.TLS_WRONG_HOST,
        ErrorCode.TLS_EXPIRED,
        ErrorCode.TLS_FAILED,
        ErrorCode.UNAUTHORIZED,
        ErrorCode.NOT_KUBERNETES,
        ErrorCode.NO_HEDGEHOG_CRDS,
        ErrorCode.OVERLOADED,
        ErrorCode.ANSWER_CUT,
        ErrorCode.CREDENTIAL_INVALID,
        ErrorCode.CREDENTIAL_EXEC_REFUSED,
        ErrorCode.KUBECONFIG_INVALID,
        ErrorCode.PROXY_FAILED,
        RunCode.CANCELLED,
        RunCode.DEADLINE,
        RunCode.WORKER_LOST,
        "stale",
        "suspended",
    }
)

type Name = tuple[int, str, str, str]  # fabric, kind, namespace, name


class Viewer:
    """``user``'s rights over kinds, asked for once; None stands for somebody who may see everything.

    ``some``: the kinds of which the user may see at least some objects, ``whole``: those of which all. ``""`` in either
    stands for every kind that the plugin does not know.
    """

    def __init__(self, user: Any = None) -> None:
        self.user = user

    @cached_property
    def _limits(self) -> dict[str, QuerySet | None]:
        """By name of a kind, its objects that the user may see; None where that is all of them."""
        limits = allowed_by_model(self.user)
        return {model.kind_entry.kind if model.kind_entry else OTHER: found for model, found in limits.items()}

    @cached_property
    def some(self) -> frozenset[str]:
        return frozenset(self._limits)

    @cached_property
    def whole(self) -> frozenset[str]:
        return frozenset(name for name, objects in self._limits.items() if objects is None)

    @property
    def sees_all(self) -> bool:
        """Whether nothing about any kind has to be kept from the user."""
        return len(self.whole) == len(KNOWN) + 1

    def sees_some(self, kind: str) -> bool:
        """Whether the user may see objects of ``kind``."""
        return _permission_of(kind) in self.some

    def sees_whole(self, kind: str) -> bool:
        """Whether the user may see every object of ``kind``."""
        return _permission_of(kind) in self.whole

    def sees_message(self, code: str) -> bool:
        """Whether the user may read the message of an end or a condition with ``code``."""
        return code in OF_NO_KIND or self.sees_all

    def named(self, names: Iterable[Name]) -> set[Name]:
        """Which of ``names`` the user may see: of whole kinds all, of others those that are stored. One query at
        most.
        """
        names = set(names)
        found = {each for each in names if self.sees_whole(each[1])}
        asked = [self._stored(kind, names) for kind in {each[1] for each in names - found} if self.sees_some(kind)]
        return found | {tuple(row) for row in union(asked)}

    def _stored(self, kind: str, names: set[Name]) -> QuerySet:
        objects: QuerySet = self._limits[_permission_of(kind)]
        of_kind = [each for each in names if each[1] == kind]
        if kind not in KNOWN:
            objects = objects.filter(kind=kind)
        return (
            objects.filter(
                fabric_id__in={each[0] for each in of_kind},
                namespace__in={each[2] for each in of_kind},
                name__in={each[3] for each in of_kind},
            )
            .annotate(of_kind=Value(kind))
            .values_list(F("fabric_id"), "of_kind", "namespace", "name")
        )

    def runs(self, runs: Iterable[SyncRun]) -> dict[int, "RunView"]:
        """What the user may see of each of ``runs``, by primary key; one query at most."""
        runs = list(runs)
        names = {run.pk: (run.fabric_id, *_of_object(run)) for run in runs if run.scope.get("name")}
        seen = self.named(names.values())
        return {run.pk: RunView(run, self, run.pk not in names or names[run.pk] in seen) for run in runs}

    def run(self, run: SyncRun) -> "RunView":
        """What the user may see of ``run`` alone."""
        return self.runs([run])[run.pk]


def viewer_of(request: Any) -> Viewer:
    """Who sends ``request``, made once a request; everything is seen where nobody asks (an event, a command)."""
    if request is None:
        return Viewer()
    if not hasattr(request, "_hedgehog_viewer"):
        request._hedgehog_viewer = Viewer(request.user)
    return request._hedgehog_viewer


class RunView:
    """What ``viewer`` may see of ``run``; ``named`` tells whether that holds for the object that its scope names, if
    any.
    """

    def __init__(self, run: SyncRun, viewer: Viewer, named: bool = True) -> None:
        self.run, self._viewer, self._named = run, viewer, named

    @cached_property
    def counts(self) -> dict[str, dict[str, Any]]:
        """The counts of the kinds that the viewer sees whole."""
        return {kind: counts for kind, counts in self.run.counts.items() if self._viewer.sees_whole(kind)}

    @property
    def counts_left_out(self) -> bool:
        return len(self.counts) < len(self.run.counts)

    @property
    def _hidden(self) -> bool:
        """Whether the run looks at one kind of which the viewer may see nothing."""
        kind = self.run.scope.get("kind")
        return bool(kind) and not self._viewer.sees_some(kind)

    @property
    def scope(self) -> dict[str, Any]:
        """The run's scope; ``restricted`` stands in for what the viewer may not see."""
        scope = self.run.scope
        if not self._hidden and self._named:
            return scope
        kept = ("hard",) if self._hidden else ("group", "kind", "hard")
        return {**{name: scope[name] for name in kept if name in scope}, "restricted": True}

    @property
    def scope_words(self) -> str:
        """The scope in words."""
        scope = Scope.of(self.run.scope)
        if self._hidden:
            words = _("a part of the fabric that you may not see")
        elif not self._named:
            words = _("one {kind} that you may not see").format(kind=_label(scope.kind))
        else:
            words = str(replace(scope, hard=False)) if scope.kind else _("whole fabric")
        return _("{scope}, hard").format(scope=words) if scope.hard else words

    @property
    def progress(self) -> dict[str, Any]:
        """How far the run is. Numbers of objects are left out where they are of one kind that may not be counted."""
        progress = dict(self.run.progress)
        if progress.get("kind") and not self._viewer.sees_some(progress["kind"]):
            progress["kind"] = ""
        if self.numbers_hidden:
            progress = {
                name: value for name, value in progress.items() if name not in ("listed", "compared", "written")
            }
        return progress

    @property
    def numbers_hidden(self) -> bool:
        """Whether the run looks at one kind, of which the viewer may not see every object."""
        kind, name = self.run.scope.get("kind"), self.run.scope.get("name")
        return bool(kind) and not self._viewer.sees_whole(kind) and not (name and self._named)

    @property
    def _speaks(self) -> bool:
        """Whether the message is about the cluster as a whole, or about nothing that the viewer may not see."""
        run, of_issues = self.run, (RunStateChoices.PARTIAL, RunStateChoices.BLOCKED)
        if self._viewer.sees_all or (run.scope.get("name") and self._named):
            return True
        return run.state not in of_issues and self._viewer.sees_message(self.error_code)

    @cached_property
    def _failure(self) -> Failure:
        """Also of a run whose worker is gone and that nobody has marked lost yet."""
        return known_failure(self.run)

    @property
    def error_code(self) -> str:
        return self._failure.code

    @property
    def error_message(self) -> str:
        """What went wrong, in the words of whoever said it, where these are for the viewer."""
        return self._failure.message if self._speaks or not self._failure.message else str(HIDDEN)

    @property
    def error_hint(self) -> str:
        return self._failure.hint if self._speaks else ""


def _permission_of(kind: str) -> str:
    return kind if kind in KNOWN else OTHER


def _of_object(run: SyncRun) -> tuple[str, str, str]:
    return run.scope["kind"], run.scope.get("namespace", ""), run.scope["name"]


def _label(kind: str) -> str:
    entry = kinds.find_by_name(kind)
    return title(_(entry.label)) if entry else kind
