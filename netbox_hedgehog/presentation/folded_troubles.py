"""The same trouble with many kinds, told once: a credential that may read nothing is not twenty-two problems."""

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
    """What went wrong with a whole ``kind``: a stable ``code``, the words of whoever said it, and what to do."""

    kind: str
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class FoldedTrouble:
    """``troubles`` with one code, one a kind."""

    code: str
    troubles: Sequence[Trouble]

    @property
    def sentence(self) -> str:
        """All of them in one sentence, which names every kind."""
        names = ", ".join(kind_label(each.kind) for each in self.troubles)
        return _("{title}, for {number} kinds: {names}.").format(
            title=error_title(self.code), number=len(self.troubles), names=names
        )

    @property
    def hint(self) -> str:
        """What to do, of the first: it holds for all where the code is the same."""
        return next((each.hint for each in self.troubles if each.hint), "")


def fold_troubles(troubles: Iterable[Trouble]) -> list[FoldedTrouble]:
    """Those of ``troubles`` that many kinds have alike, by code; the others are left to be told one by one."""
    found: dict[str, list[Trouble]] = {}
    for each in troubles:
        found.setdefault(each.code, []).append(each)
    return [FoldedTrouble(code, alike) for code, alike in found.items() if len(alike) >= MANY]


def kind_label(kind: str) -> str:
    """The human name of a kind's objects; of a kind that the plugin does not know, its own."""
    entry = kinds.find_by_name(kind)
    return heading(_(entry.label_plural)) if entry else kind
