"""The write-only part of the fabric form: what each kind of credential asks for, and what is done with it."""

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.plugins import get_plugin_config

from netbox_hedgehog.cluster import ClusterError, parse_kubeconfig
from netbox_hedgehog.models import CredentialChoices
from netbox_hedgehog.models.credential import allowed_file

__all__ = ("FIELDS", "SECRETS", "SecretText", "SecretTextarea", "secret_fields")

# The fields that each kind of credential asks for, in the order of the form.
FIELDS = {
    CredentialChoices.KUBECONFIG: ("kubeconfig",),
    CredentialChoices.KUBECONFIG_FILE: ("credential_file",),
    CredentialChoices.TOKEN: ("api_url", "ca_certificate", "token"),
    CredentialChoices.CERTIFICATE: ("api_url", "ca_certificate", "certificate", "key"),
    CredentialChoices.IN_CLUSTER: (),
}
# Those of them that are encrypted and never shown again.
SECRETS = ("token", "certificate", "key", "kubeconfig")


class Forgetful:
    """A widget that never puts a value into the page, whoever gave it."""

    def format_value(self, _value):
        return None


class SecretText(Forgetful, forms.PasswordInput):
    pass


class SecretTextarea(Forgetful, forms.Textarea):
    pass


def _pem(name: str, label: str, help_text: str) -> forms.CharField:
    attrs = {"rows": 6, "class": "font-monospace", "placeholder": f"-----BEGIN {name}-----", "autocomplete": "off"}
    return forms.CharField(required=False, label=label, help_text=help_text, widget=SecretTextarea(attrs))


def secret_fields() -> dict[str, forms.Field]:
    """The form fields of all secrets by name."""
    yaml = {
        "rows": 10,
        "class": "font-monospace",
        "placeholder": "apiVersion: v1\nkind: Config\n...",
        "autocomplete": "off",
    }
    return {
        "token": forms.CharField(
            required=False,
            label=_("Bearer token"),
            help_text=_("The token of a service account that may get, list and watch the Hedgehog kinds."),
            widget=SecretText({"autocomplete": "new-password"}),
        ),
        "certificate": _pem("CERTIFICATE", _("Client certificate"), _("PEM.")),
        "key": _pem("PRIVATE KEY", _("Private key"), _("PEM, of the client certificate.")),
        "kubeconfig": forms.CharField(
            required=False,
            label=_("Kubeconfig"),
            help_text=_("Address, certificate authority and credential are taken from its current context."),
            widget=SecretTextarea(yaml),
        ),
    }


class CredentialMixin:
    """Of the fabric's form: seals what was entered, keeps what is stored where nothing was."""

    def clean(self):
        super().clean()
        chosen = self.cleaned_data.get("credential_kind")
        if chosen in FIELDS:
            self._take(chosen)
        return self.cleaned_data

    def _take(self, chosen: str) -> None:
        asked = [name for name in FIELDS[chosen] if name in SECRETS]
        # A token's or a key's surrounding white space is never part of it; PEM and YAML want their last line end.
        given = {name: text + "\n" for name in asked if (text := (self.cleaned_data.get(name) or "").strip())}
        if "token" in given:
            given["token"] = given["token"].strip()
        if chosen == CredentialChoices.KUBECONFIG_FILE:
            self._check_file()
        if not asked:
            self.instance.credential_data, self.instance.credential_set = "", None
        elif len(given) == len(asked):
            if "kubeconfig" not in given or self._kubeconfig_holds(given["kubeconfig"]):
                self.instance.set_credential(**given)
        elif given or not self._stored(chosen):
            for name in asked:
                if name not in given:
                    self.add_error(name, _("This credential needs it; nothing is stored that could be kept."))

    def _stored(self, chosen: str) -> bool:
        """Whether the database holds a credential of the CHOSEN kind already."""
        return bool(self.instance.credential_data) and self.initial.get("credential_kind") == chosen

    def _kubeconfig_holds(self, text: str) -> bool:
        try:
            parse_kubeconfig(text, allow_exec=bool(get_plugin_config("netbox_hedgehog", "allow_exec_credentials")))
        except ClusterError as error:
            self._refuse("kubeconfig", error)
            return False
        return True

    def _check_file(self) -> None:
        name = (self.cleaned_data.get("credential_file") or "").strip()
        if not name:
            self.add_error("credential_file", _("The path of the kubeconfig is needed with this credential."))
            return
        try:
            allowed_file(name)
        except ClusterError as error:
            self._refuse("credential_file", error)

    def _refuse(self, field: str, error: ClusterError) -> None:
        """Say beside FIELD what is wrong, in the words of whoever said it, and what to do next."""
        self.add_error(field, f"{error.message.rstrip('.')}. {error.hint or ''}".strip())
