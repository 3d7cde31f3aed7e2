"""How a cluster serves a kind."""

import re
from typing import NamedTuple
from urllib.parse import quote

__all__ = ("ApiResource", "is_name")

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def is_name(text: str) -> bool:
    """Whether Kubernetes accepts a text as the name of a kind."""
    return _NAME.fullmatch(text) is not None


class ApiResource(NamedTuple):
    """A kind in one version, as the API server serves it."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True
    verbs: tuple[str, ...] = ()
    singular: str = ""
    short_names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in kubectl and RBAC: ``vpcs.vpc.githedgehog.com``."""
        return f"{self.plural}.{self.group}"

    @property
    def full_names(self) -> tuple[str, ...]:
        """The plural and, if the server gives one, the singular."""
        return tuple(name for name in (self.plural, self.singular) if is_name(name))

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """The path of the kind's objects: of all, of those in a namespace, or of one by its name."""
        parts = ["apis", self.group, self.version]
        if namespace and self.namespaced:
            parts += ["namespaces", namespace]
        parts += [self.plural] + ([name] if name else [])
        return "/" + "/".join(quote(part, safe="") for part in parts)
