"""Tables of the plugin's pages."""

from netbox_hedgehog.tables.all_objects import ResourceTable
from netbox_hedgehog.tables.fabric import FabricTable
from netbox_hedgehog.tables.kinds import table_for
from netbox_hedgehog.tables.run import SyncRunTable
from netbox_hedgehog.tables.run_rows import HeldObjectTable, RunChangeTable, RunIssueTable

__all__ = (
    "FabricTable",
    "HeldObjectTable",
    "ResourceTable",
    "RunChangeTable",
    "RunIssueTable",
    "SyncRunTable",
    "table_for",
)
