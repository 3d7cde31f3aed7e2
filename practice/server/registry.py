"""Which kinds the server serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from practice.server import metadata

CRD_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
AGE = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


@dataclass(frozen=True)
class Served:
    """One kind in its one version, as its CustomResourceDefinition describes it."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    namespaced: bool = True
    status: bool = True
    verbs: tuple[str, ...] = CRD_VERBS
    columns: tuple[dict[str, Any], ...] = (AGE,)
    schema: dict[str, Any] = field(default_factory=lambda: dict(OPEN), hash=False, compare=False)

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @cached_property
    def whole_schema(self) -> dict[str, Any]:
        """The schema with that of metadata in it, which a CustomResourceDefinition leaves to the server."""
        always = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": metadata.SCHEMA}
        return {**self.schema, "properties": {**self.schema.get("properties", {}), **always}}

    @property
    def path(self) -> str:
        """The name under which its objects are stored: "vpc.githedgehog.com/v1beta1/vpcs"."""
        return f"{self.api_version}/{self.plural}"


NAMESPACES = Served(
    "",
    "v1",
    "Namespace",
    "namespaces",
    "namespace",
    ("ns",),
    namespaced=False,
    verbs=("create", "get", "list", "watch"),
)
CRDS = Served(
    "apiextensions.k8s.io",
    "v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    "customresourcedefinition",
    ("crd", "crds"),
    ("api-extensions",),
    namespaced=False,
    verbs=("get", "list", "watch"),
)


def served(crd: dict[str, Any]) -> Served:
    """The kind that a CustomResourceDefinition (as parsed YAML) describes, in its stored version."""
    spec = crd["spec"]
    names = spec["names"]
    version = next(version for version in spec["versions"] if version.get("storage", True))
    return Served(
        spec["group"],
        version["name"],
        names["kind"],
        names["plural"],
        names.get("singular") or names["kind"].lower(),
        tuple(names.get("shortNames") or ()),
        tuple(names.get("categories") or ()),
        status="status" in (version.get("subresources") or {}),
        columns=tuple(version.get("additionalPrinterColumns") or (AGE,)),
        schema=(version.get("schema") or {}).get("openAPIV3Schema") or dict(OPEN),
    )


def hedgehog() -> list[dict[str, Any]]:
    """The CustomResourceDefinitions of the Hedgehog kinds, made from the plugin's own descriptions."""
    from netbox_hedgehog import kinds

    return [kinds.crd(kind) for kind in kinds.KINDS]


class Registry:
    """The kinds by group, version and plural. Kinds can come and go while the server runs."""

    def __init__(self, crds: Iterable[dict[str, Any]] = ()) -> None:
        self._kinds: dict[str, Served] = {kind.path: kind for kind in (NAMESPACES, CRDS)}
        self._crds: dict[str, dict[str, Any]] = {}
        self.off: set[str] = set()
        self.on_change: Callable[[], None] = lambda: None
        for crd in crds:
            self.add(crd)

    def add(self, crd: dict[str, Any]) -> Served:
        """Serve what CRD describes (or describe a kind anew); returns it."""
        kind = served(crd)
        self._kinds[kind.path] = kind
        self._crds[kind.path] = crd
        self.on_change()
        return kind

    def remove(self, path: str) -> None:
        """Serve the kind at PATH no more, for good; its objects stay stored. Raises KeyError where there is none."""
        del self._crds[path]
        del self._kinds[path]
        self.on_change()

    def find(self, group: str, version: str, plural: str) -> Served | None:
        path = f"{group}/{version}/{plural}" if group else f"{version}/{plural}"
        return None if self._is_off(path) else self._kinds.get(path)

    def of_kind(self, api_version: str, kind: str) -> Served | None:
        """The kind that an object's apiVersion and kind name."""
        return next((k for k in self._kinds.values() if k.kind == kind and k.api_version == api_version), None)

    def all(self) -> list[Served]:
        return [kind for path, kind in self._kinds.items() if not self._is_off(path)]

    def crds(self) -> list[dict[str, Any]]:
        """The CustomResourceDefinitions of the kinds that are served now."""
        return [crd for path, crd in self._crds.items() if not self._is_off(path)]

    def _is_off(self, path: str) -> bool:
        return path.rpartition("/")[2] in self.off
