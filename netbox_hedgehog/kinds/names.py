"""The names by which people call kinds, as for kubectl: ``VPC``, ``vpcs``, ``vpcattach``, ``vpcs.vpc...``. Pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from netbox_hedgehog.kinds.registry import KINDS

__all__ = ("KNOWN_NAMES", "KindNames", "kinds_meant", "parted")

_VERSION = re.compile(r"v\d+((alpha|beta)\d+)?\.")


class KindNames(NamedTuple):
    """The names of a kind.

    Attributes:
        group: Its API group.
        kind: Its kind, in CamelCase.
        full: Its plural and its singular, as far as they are known.
        short: Its short names.
    """

    group: str
    kind: str
    full: tuple[str, ...]
    short: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.full[0] if self.full else self.kind}.{self.group}"


KNOWN_NAMES = tuple(
    KindNames(entry.group, entry.kind, (entry.plural, entry.singular), entry.short_names) for entry in KINDS
)


def kinds_meant(asked: str, known: Iterable[KindNames], group: str = "") -> list[KindNames]:
    """Find the kinds that a name means.

    The rules are kubectl's: case does not count, a kind's full names win over the short names of others, and the
    beginning of a group is enough unless a group is called exactly that. Unlike kubectl, it returns every kind that
    matches.

    Args:
        asked: The name, with or without a group: ``vpcs``, ``vpcs.vpc.githedgehog.com``.
        known: The kinds to choose from.
        group: The API group, if it is given apart; it wins over the one in ``asked``.

    Returns:
        The kinds that match; several if the name is ambiguous, none if nothing is called so.
    """
    name, of_group = parted(asked)
    name, group = name.lower(), (group or of_group).lower()
    known = list(known)
    full = [each for each in known if name == each.kind.lower() or name in each.full]
    called = full or [each for each in known if name in each.short]
    exact = [each for each in called if each.group == group]
    return exact or [each for each in called if each.group.startswith(group)]


def parted(asked: str) -> tuple[str, str]:
    """Split ``vpcs.vpc.githedgehog.com``, which may have a version in between.

    Returns:
        The name, and the group without its version; the group is empty if none is given.
    """
    name, _, group = asked.strip().partition(".")
    return name, _VERSION.sub("", group, count=1) if _VERSION.match(group) else group
