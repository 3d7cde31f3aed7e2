"""Forms of fabrics: edit, bulk edit, import, filter."""

from dcim.models import Site
from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _
from netbox.forms import (
    PrimaryModelBulkEditForm,
    PrimaryModelFilterSetForm,
    PrimaryModelForm,
    PrimaryModelImportForm,
)
from tenancy.models import Tenant
from utilities.forms import get_field_value
from utilities.forms.fields import (
    CSVChoiceField,
    CSVModelChoiceField,
    DynamicModelChoiceField,
    DynamicModelMultipleChoiceField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet
from utilities.forms.widgets import BulkEditNullBooleanSelect, HTMXSelect

from netbox_hedgehog.forms.credential import FIELDS, SECRETS, CredentialMixin, ModelErrorsMixin, secret_fields
from netbox_hedgehog.forms.kind_guards import KindGuardsField
from netbox_hedgehog.models import CredentialChoices, Fabric, ModeChoices

__all__ = ("FabricBulkEditForm", "FabricFilterForm", "FabricForm", "FabricImportForm")

GUARDS = ("shrink_percent", "shrink_count", "removal_runs", "removal_hours")
ALL_GUARDS = ("shrink_percent", "shrink_count", "kind_guards", "removal_runs", "removal_hours")
# Credentials that are no secret, since they name a place on the host: the only ones that an import may carry.
PLACES = (CredentialChoices.KUBECONFIG_FILE, CredentialChoices.IN_CLUSTER)


class FabricForm(CredentialMixin, ModelErrorsMixin, PrimaryModelForm):
    credential_kind = forms.ChoiceField(
        label=_("Credential"),
        choices=CredentialChoices,
        # The form is fetched anew with the fields of the chosen kind. What was typed into a secret stays behind: this
        # request is a GET, and its address goes to logs.
        widget=HTMXSelect(attrs={"hx-params": f"not {','.join((*SECRETS, 'csrfmiddlewaretoken'))}"}),
    )
    namespaces = SimpleArrayField(
        forms.CharField(),
        required=False,
        label=_("Namespaces"),
        help_text=Fabric._meta.get_field("namespaces").help_text,
    )
    kind_guards = KindGuardsField()
    site = DynamicModelChoiceField(queryset=Site.objects.all(), required=False, label=_("Site"))
    tenant = DynamicModelChoiceField(queryset=Tenant.objects.all(), required=False, label=_("Tenant"))

    class Meta:
        model = Fabric
        fields = (
            "name",
            "description",
            "credential_kind",
            "api_url",
            "ca_certificate",
            "credential_file",
            "namespaces",
            "mode",
            "suspended",
            "watch",
            "sync_interval",
            *ALL_GUARDS,
            "site",
            "tenant",
            "owner",
            "comments",
            "tags",
        )
        widgets = {"ca_certificate": forms.Textarea({"rows": 5, "class": "font-monospace"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = get_field_value(self, "credential_kind")
        self.credential_fields = FIELDS.get(chosen, ())
        self.fields |= {name: field for name, field in secret_fields().items() if name in self.credential_fields}
        if self.instance.pk and self.instance.credential_data and self.instance.credential_kind == chosen:
            stored = self.instance.credential_set
            for name in set(SECRETS) & set(self.credential_fields):
                note = _("Stored on {day}, never shown. Leave empty to keep it.").format(day=f"{stored:%Y-%m-%d}")
                self.fields[name].help_text = f"{self.fields[name].help_text} {note}"
        for name in ("api_url", "ca_certificate", "credential_file"):
            if name not in self.credential_fields:
                del self.fields[name]

    @property
    def fieldsets(self):
        return (
            FieldSet("name", "description", "tags", name=_("Fabric")),
            FieldSet("credential_kind", *self.credential_fields, name=_("Connection")),
            FieldSet("mode", "suspended", "watch", "sync_interval", "namespaces", name=_("Sync")),
            FieldSet(*ALL_GUARDS, name=_("Guards")),
            FieldSet("site", "tenant", name=_("Assignment")),
        )


class FabricBulkEditForm(PrimaryModelBulkEditForm):
    mode = forms.ChoiceField(choices=(("", "---------"), *ModeChoices), required=False, label=_("Mode"))
    suspended = forms.NullBooleanField(required=False, widget=BulkEditNullBooleanSelect(), label=_("Suspended"))
    watch = forms.NullBooleanField(required=False, widget=BulkEditNullBooleanSelect(), label=_("Watch"))
    sync_interval = forms.IntegerField(min_value=60, required=False, label=_("Sync interval (seconds)"))
    shrink_percent = forms.IntegerField(min_value=0, max_value=100, required=False, label=_("Shrink guard, percent"))
    shrink_count = forms.IntegerField(min_value=0, required=False, label=_("Shrink guard, count"))
    removal_runs = forms.IntegerField(min_value=0, required=False, label=_("Removal after runs"))
    removal_hours = forms.IntegerField(min_value=0, required=False, label=_("Removal after hours"))
    site = DynamicModelChoiceField(queryset=Site.objects.all(), required=False, label=_("Site"))
    tenant = DynamicModelChoiceField(queryset=Tenant.objects.all(), required=False, label=_("Tenant"))

    model = Fabric
    fieldsets = (
        FieldSet("description", name=_("Fabric")),
        FieldSet("mode", "suspended", "watch", "sync_interval", name=_("Sync")),
        FieldSet(*GUARDS, name=_("Guards")),
        FieldSet("site", "tenant", name=_("Assignment")),
    )
    nullable_fields = ("description", "site", "tenant")


class FabricImportForm(ModelErrorsMixin, PrimaryModelImportForm):
    """Fabrics from CSV, JSON or YAML: without secrets, which are entered one by one."""

    credential_kind = CSVChoiceField(
        choices=[choice for choice in CredentialChoices if choice[0] in PLACES],
        label=_("Credential"),
        help_text=_("Only credentials that are no secret can be imported; enter others in the fabric's form."),
    )
    site = CSVModelChoiceField(queryset=Site.objects.all(), required=False, to_field_name="name", help_text=_("Name"))
    tenant = CSVModelChoiceField(
        queryset=Tenant.objects.all(), required=False, to_field_name="name", help_text=_("Name")
    )

    class Meta:
        model = Fabric
        fields = (
            "name",
            "description",
            "credential_kind",
            "credential_file",
            "namespaces",
            "mode",
            "suspended",
            "watch",
            "sync_interval",
            *ALL_GUARDS,
            "site",
            "tenant",
            "owner",
            "comments",
            "tags",
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("mode", "suspended", "watch", "sync_interval", *ALL_GUARDS):
            self.fields[name].required = False  # a column that is left out is the model's default
        if "watch" not in self.data:  # a checkbox that is left out would be off
            del self.fields["watch"]

    def clean_kind_guards(self):
        return self.cleaned_data["kind_guards"] or {}  # an empty cell of CSV


class FabricFilterForm(PrimaryModelFilterSetForm):
    model = Fabric
    fieldsets = (
        FieldSet("q", "filter_id", "tag", "owner_id"),
        FieldSet("mode", "credential_kind", name=_("Configuration")),
        FieldSet("site_id", "tenant_id", name=_("Assignment")),
    )
    mode = forms.MultipleChoiceField(choices=ModeChoices, required=False, label=_("Mode"))
    credential_kind = forms.MultipleChoiceField(choices=CredentialChoices, required=False, label=_("Credential"))
    site_id = DynamicModelMultipleChoiceField(queryset=Site.objects.all(), required=False, label=_("Site"))
    tenant_id = DynamicModelMultipleChoiceField(queryset=Tenant.objects.all(), required=False, label=_("Tenant"))
    tag = TagFilterField(model)
