"""The plugin's pages. Importing this module registers them with NetBox."""

from netbox_hedgehog.views import fabric, fabric_actions, resource, resources, run, run_override

__all__ = ("fabric", "fabric_actions", "resource", "resources", "run", "run_override")
