"""Following the fabrics' changes as they happen. See docs/watch.md."""

from netbox_hedgehog.sync.watch.supervisor import Supervisor

__all__ = ("Supervisor",)
