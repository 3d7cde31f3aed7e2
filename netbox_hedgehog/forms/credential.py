"""The write-only part of the fabric form: what each kind of credential asks for, and what is done with it."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models import CredentialChoices
from netbox_hedgehog.models.entry import ADDRESSED, PARTS, SECRETS

__all__ = (
    "FIELDS",
    "SECRETS",
    "CredentialMixin",
    "ModelErrorsMixin",
    "SecretText",
    "SecretTextarea",
    "secret_fields",
)

# The fields that each kind of credential asks for, in the order of the form.
FIELDS = {
    kind: (*(("api_url", "ca_certificate") if kind in ADDRESSED else ()), *parts) for kind, parts in PARTS.items()
} | {CredentialChoices.KUBECONFIG_FILE: ("credential_file",)}


class Forgetful:
    """A widget that never writes a value into the page."""

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
    """Of the fabric's form: hands what was entered to the model, whose rules (``models.entry``) every way in shares."""

    def clean(self):
        super().clean()
        asked = [name for name in FIELDS.get(self.cleaned_data.get("credential_kind"), ()) if name in SECRETS]
        # Left empty, what is stored stays.
        self.instance.entered = {name: text for name in asked if (text := self.cleaned_data.get(name))}
        return self.cleaned_data

    def _post_clean(self):
        super()._post_clean()
        if self.errors:
            self._ask_again()

    def _ask_again(self) -> None:
        """Say beside each secret that was entered that it has to be entered again: it is never sent back in a page."""
        again = _("Enter it again: the form was not saved, and what you enter here is never sent back to you.")
        for name in SECRETS:
            if name in self.fields and self.data.get(self.add_prefix(name)):
                note = format_html('<strong class="text-danger">{}</strong>', again)
                self[name].help_text = format_html("{} {}", note, self[name].help_text)


class ModelErrorsMixin:
    """Of forms that show a part of the model: the model's complaint about another field stands above them all."""

    def add_error(self, field, error):
        if field is None and hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                for each in errors:
                    self.add_error(name, each)
        elif field and field not in self.fields and field != NON_FIELD_ERRORS:
            label = self._meta.model._meta.get_field(field).verbose_name
            for message in ValidationError(error).messages:
                super().add_error(None, f"{str(label)[:1].upper()}{str(label)[1:]}: {message}")
        else:
            super().add_error(field, error)
