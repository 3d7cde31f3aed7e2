"""Folds the same error of many kinds into one: a credential that may read nothing is not twenty-two problems."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from utilities.string import title as heading

from netbox_hedgehog import kinds
from netbox_hedgehog.presentation.error_titles import error_title

__all__ = ("FoldedTrouble", "Trouble", "fold_troubles", "kind_label")

MANY = 3  # kinds with the same code; fewer stand for themselves


class Trouble(NamedTuple):
    """An error of a whole kind: its stable code, its message, and the next step."""

    kind: str
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class FoldedTrouble:
    """The errors of several kinds with the same code."""

    code: str
    troubles: Sequence[Trouble]

    @property
    def sentence(self) -> str:
        """One sentence that names every kind."""
        names = ", ".join(kind_label(each.kind) for each in self.troubles)
        return _("{title}, for {number} kinds: {names}.").format(
            title=error_title(self.code), number=len(self.troubles), names=names
        )

    @property
    def hint(self) -> str:
        """The first hint; it applies to all, since the code is the same."""
        return next((each.hint for each in self.troubles if each.hint), "")


def fold_troubles(troubles: Iterable[Trouble]) -> list[FoldedTrouble]:
    """Fold errors that at least ``MANY`` kinds have in common.

    Args:
        troubles: The errors, one a kind.

    Returns:
        One entry for each such code. Errors that are not folded are for the caller to list.
    """
    found: dict[str, list[Trouble]] = {}
    for each in troubles:
        found.setdefault(each.code, []).append(each)
    return [FoldedTrouble(code, alike) for code, alike in found.items() if len(alike) >= MANY]


def kind_label(kind: str) -> str:
    """The label of a kind's objects for people; the kind's name if the plugin does not know it."""
    entry = kinds.find_by_name(kind)
    return heading(_(entry.label_plural)) if entry else kind
