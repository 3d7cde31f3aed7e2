"""Forms of the plugin's pages."""

from netbox_hedgehog.forms.fabric import FabricBulkEditForm, FabricFilterForm, FabricForm, FabricImportForm
from netbox_hedgehog.forms.kinds import bulk_edit_form_for, filter_form_for, form_for
from netbox_hedgehog.forms.run import OverrideForm, SyncRunFilterForm

__all__ = (
    "FabricBulkEditForm",
    "FabricFilterForm",
    "FabricForm",
    "FabricImportForm",
    "OverrideForm",
    "SyncRunFilterForm",
    "bulk_edit_form_for",
    "filter_form_for",
    "form_for",
)
