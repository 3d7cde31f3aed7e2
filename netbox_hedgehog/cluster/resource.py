"""What a cluster serves: a kind's REST side."""

from typing import NamedTuple
from urllib.parse import quote

__all__ = ("Resource",)


class Resource(NamedTuple):
    """A kind in the version that it is to be read in."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True
    verbs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As kubectl and RBAC name it: ``vpcs.vpc.githedgehog.com``."""
        return f"{self.plural}.{self.group}"

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """The path of all its objects, those of a NAMESPACE, or of the one with NAME."""
        parts = ["apis", self.group, self.version]
        if namespace and self.namespaced:
            parts += ["namespaces", namespace]
        parts += [self.plural] + ([name] if name else [])
        return "/" + "/".join(quote(part, safe="") for part in parts)
