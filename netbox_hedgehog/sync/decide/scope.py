"""The scope of a run: the whole fabric, a kind, or an object; and whether to compare everything anew. Pure."""

from dataclasses import dataclass
from typing import Any, Self

__all__ = ("FABRIC", "Scope")

PARTS = ("group", "kind", "namespace", "name")


@dataclass(frozen=True)
class Scope:
    """What a run covers.

    Attributes:
        group: The API group, which tells kinds of the same name apart.
        kind: Empty for the whole fabric.
        namespace: Of the object, if there is a name.
        name: Empty for all objects of the kind.
        hard: Forget what earlier runs found unchanged, and compare every stored column.

    Raises:
        ValueError: An object without a kind, or a name without a namespace.
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
        """Read the scope that ``as_json`` wrote."""
        return cls(**{name: stored[name] for name in (*PARTS, "hard") if name in stored})

    def as_json(self) -> dict[str, Any]:
        """Write the scope as a run stores it: only the attributes that are set."""
        return {name: value for name in (*PARTS, "hard") if (value := getattr(self, name))}

    @property
    def full(self) -> bool:
        """Whether it is the whole fabric."""
        return not self.kind

    def covers(self, group: str, kind: str) -> bool:
        """Whether it includes objects of a kind."""
        return self.full or (kind == self.kind and self.group in ("", group))

    def __str__(self) -> str:
        what = f"{self.kind} {self.namespace}/{self.name}" if self.name else self.kind or "whole fabric"
        return f"{what}, hard" if self.hard else what


FABRIC = Scope()
