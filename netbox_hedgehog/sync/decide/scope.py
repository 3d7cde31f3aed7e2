"""What a run looks at: the whole fabric, a kind or an object; and whether it trusts what was compared before. Pure."""

from dataclasses import dataclass
from typing import Any, Self

__all__ = ("FABRIC", "Scope")

PARTS = ("group", "kind", "namespace", "name")


@dataclass(frozen=True)
class Scope:
    """With no KIND the whole fabric; with a NAME (in NAMESPACE) one object. GROUP tells kinds of the same name apart.

    HARD: forget what was found to be the same before, and compare every stored column anew.
    Raises ValueError for an object without a kind.
    """

    group: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    hard: bool = False

    def __post_init__(self) -> None:
        if not self.kind and (self.group or self.namespace or self.name):
            raise ValueError("The kind of the object is needed too.")
        if bool(self.name) != bool(self.namespace):
            raise ValueError("An object has a namespace and a name: both are needed.")

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """The scope that ``as_json`` gave."""
        return cls(**{name: stored[name] for name in (*PARTS, "hard") if name in stored})

    def as_json(self) -> dict[str, Any]:
        """As a run keeps it: only what is said."""
        return {name: value for name in (*PARTS, "hard") if (value := getattr(self, name))}

    @property
    def full(self) -> bool:
        """Whether a run of this scope looks at the whole fabric."""
        return not self.kind

    def covers(self, group: str, kind: str) -> bool:
        """Whether objects of KIND in GROUP are looked at."""
        return self.full or (kind == self.kind and self.group in ("", group))

    def __str__(self) -> str:
        what = f"{self.kind} {self.namespace}/{self.name}" if self.name else self.kind or "whole fabric"
        return f"{what}, hard" if self.hard else what


FABRIC = Scope()
