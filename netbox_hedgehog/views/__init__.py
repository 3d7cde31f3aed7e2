"""The plugin's pages. Importing this module registers them with NetBox."""

from netbox_hedgehog.views import all_objects, documentation, fabric, fabric_actions, kinds, run, run_override

__all__ = ("all_objects", "documentation", "fabric", "fabric_actions", "kinds", "run", "run_override")
