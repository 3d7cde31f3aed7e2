"""Filter sets of the plugin's models: the same for lists in the UI and in REST."""

from netbox_hedgehog.filtersets.all_objects import ResourceFilterSet
from netbox_hedgehog.filtersets.fabric import FabricFilterSet
from netbox_hedgehog.filtersets.kinds import HedgehogFilterSet, computed_columns, filterset_for, reference_filters
from netbox_hedgehog.filtersets.run import ResourceChangeFilterSet, RunIssueFilterSet, SyncRunFilterSet

__all__ = (
    "FabricFilterSet",
    "HedgehogFilterSet",
    "ResourceChangeFilterSet",
    "ResourceFilterSet",
    "RunIssueFilterSet",
    "SyncRunFilterSet",
    "computed_columns",
    "filterset_for",
    "reference_filters",
)
