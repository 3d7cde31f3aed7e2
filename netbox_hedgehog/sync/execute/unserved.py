"""Kinds that the cluster does not serve, or could not say whether it serves."""

from collections.abc import Iterator
from dataclasses import dataclass

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import Discovery
from netbox_hedgehog.models import OtherResource, RunIssue, SyncRun, model_for
from netbox_hedgehog.run_code import RunCode
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.store.observations import KindListing

__all__ = ("Unserved", "unserved_kinds")


@dataclass(frozen=True)
class Unserved:
    """Why a kind is not listed.

    Attributes:
        listing: What is stored of the kind.
        issue: What the run says of it; None where that is no trouble, since NetBox has no objects of the kind.
    """

    listing: KindListing
    issue: RunIssue | None


def unserved_kinds(run: SyncRun, scope: Scope, discovery: Discovery) -> Iterator[Unserved]:
    """The kinds in a run's scope that were not discovered: all that the plugin knows, and those that NetBox has."""
    served = {(resource.group, resource.kind) for resource in discovery.resources}
    problems = {problem.group: problem.error for problem in discovery.problems}
    others = OtherResource.objects.filter(fabric=run.fabric).order_by("api_group", "kind")
    unknown = others.values_list("api_group", "kind", "plural").distinct("api_group", "kind")
    known = ((entry.group, entry.kind, entry.plural) for entry in kinds.KINDS)
    for group, kind, plural in (*known, *unknown):
        if (group, kind) in served or not scope.covers(group, kind):
            continue
        error = problems.get(group)
        code = error.code.value if error else RunCode.NOT_SERVED
        message = error.message if error else f"The cluster does not serve {plural}.{group}."
        entry = kinds.find(group, kind)
        issue = None
        if error or entry is None or model_for(entry).objects.filter(fabric=run.fabric).exists():
            hint = error.hint if error else RunCode.NOT_SERVED.hint
            issue = RunIssue(run=run, api_group=group, kind=kind, code=code, message=message, hint=hint)
        yield Unserved(KindListing(group, kind, "", error_code=code, error_message=message), issue)
