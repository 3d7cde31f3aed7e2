"""The configuration of a Hedgehog fabric. Its state is computed elsewhere, from runs and the watcher."""

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from netbox.models import PrimaryModel
from netbox.models.features import JobsMixin

from netbox_hedgehog.cluster import Target
from netbox_hedgehog.models import credential, entry, kind_guards
from netbox_hedgehog.models.choices import CredentialChoices, ModeChoices
from netbox_hedgehog.models.removal import empty_fabric
from netbox_hedgehog.models.sealed import Sealed, SealedField

__all__ = ("Fabric",)

NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")  # a label of RFC 1123


class Fabric(JobsMixin, PrimaryModel):
    """One Hedgehog Open Network Fabric: where its Kubernetes API is, and how to read it."""

    name = models.CharField(_("name"), max_length=100, unique=True, db_collation="natural_sort")
    api_url = models.CharField(
        _("API address"),
        max_length=500,
        blank=True,
        validators=[RegexValidator(r"^https?://\S+$", _("An address such as https://172.30.0.1:6443 is needed."))],
        help_text=_("https://HOST:PORT of the Kubernetes API. A kubeconfig brings its own."),
    )
    ca_certificate = models.TextField(
        _("CA certificate"),
        blank=True,
        help_text=_("PEM. Left empty, the certificate authorities of the NetBox host are trusted."),
    )
    credential_kind = models.CharField(
        _("credential"), max_length=20, choices=CredentialChoices, default=CredentialChoices.KUBECONFIG
    )
    credential_file = models.CharField(
        _("credential file"),
        max_length=500,
        blank=True,
        help_text=_(
            "Path of a kubeconfig on the hosts of NetBox's workers, in one of the plugin's credential_directories."
        ),
    )
    credential_data: Any = SealedField(editable=False, blank=True)  # encrypted, see encryption.py
    credential_set = models.DateTimeField(_("credential set"), editable=False, null=True, blank=True)
    namespaces = ArrayField(
        models.CharField(max_length=63),
        verbose_name=_("namespaces"),
        blank=True,
        default=list,
        help_text=_("Read only these Kubernetes namespaces, comma-separated. Left empty: all of them."),
    )
    mode = models.CharField(_("mode"), max_length=20, choices=ModeChoices, default=ModeChoices.OBSERVE)
    suspended = models.BooleanField(
        _("suspended"),
        default=False,
        help_text=_("The schedule and the watcher leave a suspended fabric alone; people can still sync it."),
    )
    watch = models.BooleanField(
        _("watch"),
        default=True,
        help_text=_("Where a watcher runs, it follows the fabric's changes as they happen, beside the schedule."),
    )
    sync_interval = models.PositiveIntegerField(
        _("sync interval"),
        default=300,
        validators=[MinValueValidator(60)],
        help_text=_(
            "Seconds between two syncs by the schedule. A fabric not seen for two intervals and a minute is stale."
        ),
    )
    shrink_percent = models.PositiveSmallIntegerField(
        _("shrink guard, percent"),
        default=30,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "A run that finds more than this share of a kind gone, and more objects than the count, removes none of "
            "them and ends blocked. So does one that finds it of all kinds together."
        ),
    )
    shrink_count = models.PositiveIntegerField(
        _("shrink guard, count"),
        default=5,
        help_text=_("The guard acts only where both are exceeded: the share, and this number of objects."),
    )
    kind_guards = models.JSONField(
        _("shrink guards of single kinds"),
        default=dict,
        blank=True,
        help_text=_('For kinds that need others than the fabric\'s: {"VPC": {"percent": 10, "count": 0}}.'),
    )
    removal_runs = models.PositiveSmallIntegerField(
        _("removal after runs"),
        default=2,
        help_text=_(
            "An object gone from the cluster is kept as missing until this many complete runs did not find it."
        ),
    )
    removal_hours = models.PositiveSmallIntegerField(
        _("removal after hours"),
        default=1,
        help_text=_("... and until it has been missing for this many hours. 0 in both: removed at once."),
    )
    site = models.ForeignKey("dcim.Site", on_delete=models.PROTECT, related_name="+", blank=True, null=True)
    tenant = models.ForeignKey("tenancy.Tenant", on_delete=models.PROTECT, related_name="+", blank=True, null=True)

    clone_fields = (
        "credential_kind",
        "namespaces",
        "mode",
        "watch",
        "sync_interval",
        "shrink_percent",
        "shrink_count",
        "kind_guards",
        "removal_runs",
        "removal_hours",
        "site",
        "tenant",
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("fabric")
        verbose_name_plural = _("fabrics")

    def __str__(self) -> str:
        return self.name

    @property
    def docs_url(self) -> str:
        """Where NetBox's Help button leads."""
        return reverse("plugins:netbox_hedgehog:documentation", args=["fabric"])

    def _enter(self, parts: dict[str, str]) -> None:
        self._entered = dict(parts)

    # What somebody has entered of a credential: ``token``; ``certificate`` and ``key``; or ``kubeconfig``. It goes in
    # and is never given back: full_clean() checks and seals it.
    entered = property(fset=_enter)
    _entered: dict[str, str] = {}

    def set_credential(self, **parts: str) -> None:
        """Encrypt the parts of a credential as they are; full_clean() checks them."""
        self.credential_data = Sealed(credential.seal(parts))
        self.credential_set = timezone.now()

    set_credential.alters_data = True  # type: ignore[attr-defined]  # Django's way to mark it

    def target(self) -> Target:
        """Where to connect, and with which credential.

        Raises:
            ClusterError: The credential cannot be used.
        """
        return credential.target(self)

    @property
    def encrypted(self) -> bool | None:
        """Whether the connection to the API is encrypted; None if only a mounted kubeconfig has its address."""
        return self.api_url.lower().startswith("https://") if self.api_url else None

    # It does not, but so templates of users (exports, custom links) cannot call it.
    target.alters_data = True  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        self._check_kind_guards()
        self._check_namespaces()
        entry.settle(self, self._entered)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self._entered = {}

    def clone(self) -> dict[str, Any]:
        """The form takes the guards of kinds as lines."""
        return {**super().clone(), "kind_guards": kind_guards.to_lines(self.kind_guards)}

    def _check_kind_guards(self) -> None:
        try:
            kind_guards.check(self.kind_guards)
        except ValueError as error:
            raise ValidationError({"kind_guards": entry.refusal(str(error), code="invalid_guard")}) from None

    def _check_namespaces(self) -> None:
        self.namespaces = list(dict.fromkeys(self.namespaces))
        if odd := [name for name in self.namespaces if not NAMESPACE.fullmatch(name)]:
            why = _("{name} is no namespace: those have small letters, digits and hyphens.").format(name=repr(odd[0]))
            raise ValidationError({"namespaces": entry.refusal(why, code="invalid_namespace")})

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            empty_fabric(self)
            return super().delete(*args, **kwargs)

    def serialize_object(self, exclude: Any = None) -> dict[str, Any]:
        """The change log says when a credential was set, never what it is."""
        return super().serialize_object(exclude=[*(exclude or []), "credential_data"])
