"""Kinds as people name them, which is as for kubectl: ``VPC``, ``vpcs``, ``vpcattach``, ``vpcs.vpc...``. Pure."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from netbox_hedgehog.kinds.registry import KINDS

__all__ = ("KNOWN_NAMES", "KindNames", "kinds_meant", "parted")

_VERSION = re.compile(r"v\d+((alpha|beta)\d+)?\.")


class KindNames(NamedTuple):
    """A kind in its API group; its plural and singular, as far as they are known, and its short names."""

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
    """Those of ``known`` that are called ``asked``, in ``group`` where that, or ``asked`` itself, names one.

    As in kubectl, upper and lower case are the same, a kind's full names go before the short names of others, and of a
    group its beginning is enough where no group is called exactly so. Unlike there, several kinds are several.
    """
    name, of_group = parted(asked)
    name, group = name.lower(), (group or of_group).lower()
    known = list(known)
    full = [each for each in known if name == each.kind.lower() or name in each.full]
    called = full or [each for each in known if name in each.short]
    exact = [each for each in called if each.group == group]
    return exact or [each for each in called if each.group.startswith(group)]


def parted(asked: str) -> tuple[str, str]:
    """The name and the group in ``vpcs.vpc.githedgehog.com``, which may have a version in between."""
    name, _, group = asked.strip().partition(".")
    return name, _VERSION.sub("", group, count=1) if _VERSION.match(group) else group
