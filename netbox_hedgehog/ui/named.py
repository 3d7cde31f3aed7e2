"""Kinds as people name them, which is as kubectl takes them: ``VPC``, ``vpcs``, ``vpcattach``, ``vpcs.vpc...``."""

from collections.abc import Iterable

from netbox_hedgehog import kinds
from netbox_hedgehog.models import Fabric, KindObservation
from netbox_hedgehog.queries.viewer import Viewer
from netbox_hedgehog.sync.scope import Scope

__all__ = ("BadScope", "scope_of")

NAMESPACE = "default"


class BadScope(ValueError):
    """What was asked for cannot be synced; ``field`` is the part of it that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def scope_of(
    fabric: Fabric,
    kind: str = "",
    namespace: str = "",
    name: str = "",
    group: str = "",
    hard: bool = False,
    viewer: Viewer | None = None,
) -> Scope:
    """What a sync of FABRIC is to look at, as VIEWER (None: somebody who sees everything) has named it.

    A name without a namespace is in ``default``. A kind that this version does not know is known where the cluster has
    served it. What the viewer may not see is answered like what does not exist.

    Raises:
        BadScope: nothing of that name can be synced, or nothing that the viewer may see.
    """
    viewer = viewer or Viewer()
    if not kind:
        for field, given in (("name", name), ("namespace", namespace), ("group", group)):
            if given:
                raise BadScope("kind", f"The kind is needed too: a {field} alone does not tell what to sync.")
        return Scope(hard=hard)
    if namespace and not name:
        raise BadScope("name", "The name is needed too: a kind is synced in all namespaces that the fabric reads.")
    namespace = (namespace or NAMESPACE) if name else ""
    if namespace and fabric.namespaces and namespace not in fabric.namespaces:
        raise BadScope("namespace", f"{fabric} is read in these namespaces only: {', '.join(fabric.namespaces)}.")
    kind, _, of_group = kind.partition(".")
    group = group or of_group
    kind = _kind(fabric, kind, group, viewer)
    if name and not viewer.named([(fabric.pk, kind, namespace, name)]):
        raise BadScope("name", f"There is no {kind} {namespace}/{name} that you may see.")
    return Scope(group=group, kind=kind, namespace=namespace, name=name, hard=hard)


def _kind(fabric: Fabric, asked: str, group: str, viewer: Viewer) -> str:
    """The kind that is meant by ASKED, in GROUP where one is given, of those of which VIEWER sees something."""
    known = {(entry.group, entry.kind): _names(entry) for entry in kinds.KINDS if viewer.sees_some(entry.kind)}
    seen = KindObservation.objects.filter(fabric=fabric).values_list("api_group", "kind")
    for key in seen:
        if viewer.sees_some(key[1]):
            known.setdefault(key, {key[1].lower()})
    meant = {key for key, names in known.items() if asked.lower() in names}
    if not meant:
        raise BadScope("kind", f"There is no kind {asked}. Kinds: {_list(kind for _, kind in known)}.")
    if group and group not in {of_group for of_group, _ in meant}:
        raise BadScope("group", f"There is no {asked} in {group}. Groups: {_list(of_group for of_group, _ in meant)}.")
    return next(kind for of_group, kind in sorted(meant) if group in ("", of_group))


def _names(entry: kinds.Kind) -> set[str]:
    return {entry.kind.lower(), entry.plural, entry.singular, *entry.short_names}


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))
