"""What one stream follows."""

from dataclasses import dataclass

from netbox_hedgehog.sync.store.kind_table import Task

__all__ = ("Source",)


@dataclass(frozen=True)
class Source:
    """One kind in one namespace (None: in all of them)."""

    task: Task
    namespace: str | None

    @property
    def key(self) -> str:
        """Its name where versions are kept: ``vpcs.vpc.githedgehog.com/default``."""
        return f"{self.task.resource.name}/{self.namespace or ''}"
