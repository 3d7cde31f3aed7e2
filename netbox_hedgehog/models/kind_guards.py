"""Shrink guards of single kinds: their JSON form, its checks, and the lines that people type."""

import re
from typing import Any

from django.utils.translation import gettext as _

from netbox_hedgehog import kinds

__all__ = ("check", "from_lines", "to_lines")

KIND = re.compile(r"[A-Za-z][A-Za-z0-9]{0,62}")
DIGITS = 10  # of the highest limit
LIMITS = {"percent": 100, "count": 2**31 - 1}


def check(guards: Any) -> None:
    """Check the JSON form.

    Raises:
        ValueError: It is not ``{kind: {"percent": P, "count": N}}``; the message says what is needed.
    """
    if not isinstance(guards, dict):
        raise ValueError(_('An object by kind is needed: {"VPC": {"percent": 10, "count": 0}}.'))
    for kind, limits in guards.items():
        if kind and not KIND.fullmatch(kind):
            raise ValueError(_("{kind} is no kind: those have letters and digits, 63 at most.").format(kind=repr(kind)))
        if not isinstance(limits, dict) or limits.keys() != LIMITS.keys():
            raise ValueError(_("{kind}: percent and count are needed, both and nothing else.").format(kind=kind))
        for name, highest in LIMITS.items():
            value = limits[name]
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
                said = _("{kind}: {name} has to be a whole number from 0 to {highest}.")
                raise ValueError(said.format(kind=kind, name=name, highest=highest))
        # Kinds that this version does not know can be guarded too, but a slip of the pen in one that it does must not
        # leave the kind that was meant with the fabric's own guard.
        near = next((each.kind for each in kinds.KINDS if each.kind.lower() == kind.lower()), kind)
        if not kind:
            raise ValueError(_("A guard without a kind: the kind is written first."))
        if near != kind:
            raise ValueError(_("{kind}: the kind is written {near}.").format(kind=kind, near=near))


def from_lines(text: str) -> dict[str, dict[str, int]]:
    """Parse ``VPC:10:0`` (kind, percent, count) in each line.

    Returns:
        The JSON form.

    Raises:
        ValueError: The message names the line.
    """
    guards: dict[str, dict[str, int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        kind, *numbers = (part.strip() for part in line.split(":"))
        if len(numbers) != len(LIMITS) or not all(each.isdecimal() and len(each) <= DIGITS for each in numbers):
            raise ValueError(_("Line {number}: KIND:PERCENT:COUNT is needed, such as VPC:10:0.").format(number=number))
        if kind in guards:
            raise ValueError(_("Line {number}: {kind} has a guard already.").format(number=number, kind=kind))
        guards[kind] = dict(zip(LIMITS, map(int, numbers), strict=True))
        try:
            check({kind: guards[kind]})
        except ValueError as error:
            raise ValueError(_("Line {number}: {error}").format(number=number, error=error)) from None
    return guards


def to_lines(guards: dict[str, dict[str, int]]) -> str:
    """Write guards as ``from_lines`` reads them."""
    return "\n".join(f"{kind}:{limits['percent']}:{limits['count']}" for kind, limits in guards.items())
