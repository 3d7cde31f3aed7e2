"""The names of the kinds that the plugin knows, and of those that clusters have served."""

from collections.abc import Iterable

from netbox_hedgehog.kinds import KINDS, KNOWN_NAMES, KindNames, kinds_meant
from netbox_hedgehog.models import Fabric, KindObservation

__all__ = ("kinds_called", "known_on")

type Kind = tuple[str, str]  # API group and kind


def known_on(fabric: Fabric | None = None) -> list[KindNames]:
    """List the known kinds. One query.

    Args:
        fabric: To include the kinds that this fabric has served; None for those of any fabric.
    """
    seen = KindObservation.objects.order_by("api_group", "kind")
    if fabric:
        seen = seen.filter(fabric=fabric)
    others: dict[Kind, KindNames] = {}
    for group, kind, full, short in seen.values_list("api_group", "kind", "full_names", "short_names"):
        before = others.get((group, kind), KindNames(group, kind, ()))
        others[group, kind] = KindNames(group, kind, (*before.full, *full), (*before.short, *short))
    known = {(each.group, each.kind) for each in KNOWN_NAMES}
    return [*KNOWN_NAMES, *(each for key, each in others.items() if key not in known)]


def kinds_called(names: Iterable[str]) -> set[Kind]:
    """Find the kinds that names mean, see ``kinds.kinds_meant``.

    Asks the database only if a name is not exactly that of a kind that the plugin knows.

    Returns:
        Pairs of API group and kind.
    """
    names = set(names)
    exact = {(entry.group, entry.kind) for entry in KINDS if entry.kind in names}
    left = names - {kind for _, kind in exact}
    if not left:
        return exact
    known = known_on()
    return exact | {(each.group, each.kind) for name in left for each in kinds_meant(name, known)}
