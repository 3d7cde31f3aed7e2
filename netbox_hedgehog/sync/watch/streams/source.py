"""What one stream follows."""

from dataclasses import dataclass

from netbox_hedgehog.sync.store.kind_table import KindTable

__all__ = ("Source",)


@dataclass(frozen=True)
class Source:
    """One kind in one namespace (None: in all of them)."""

    table: KindTable
    namespace: str | None

    @property
    def key(self) -> str:
        """Its name where versions are kept: ``vpcs.vpc.githedgehog.com/default``."""
        return f"{self.table.resource.name}/{self.namespace or ''}"
