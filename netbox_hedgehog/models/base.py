"""What all models of Hedgehog kinds share: identity on the cluster, intent, and what the cluster says."""

from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from netbox.models import NetBoxModel

from netbox_hedgehog.kinds import Kind
from netbox_hedgehog.models.fabric import Fabric

__all__ = ("HedgehogObject", "indexed_paths", "live_text")


def live_text(path: str, source: str = "live", **options: Any) -> models.GeneratedField:
    """Make a column that PostgreSQL computes from JSON, so that it can be filtered, sorted and indexed.

    Args:
        path: Keys joined by ``__``.
        source: The column with the JSON.
        **options: Further options of the field.
    """
    column = models.GeneratedField(
        expression=KT(f"{source}__{path}"),
        output_field=models.TextField(null=True),
        db_persist=True,
        **options,
    )
    column.computed_from = (source, *path.split("__"))
    return column


@cache
def indexed_paths(model: type["HedgehogObject"]) -> tuple[tuple[str, ...], ...]:
    """The texts within JSON columns that PostgreSQL keeps an index of.

    Returns:
        For each, the column followed by the keys below it.
    """
    names = [name for index in model._meta.indexes for name in index.fields]
    found = (getattr(model._meta.get_field(name), "computed_from", None) for name in names)
    return tuple(path for path in found if path)


class HedgehogObject(NetBoxModel):
    """One object of one kind in one fabric, unique by namespace and name.

    Its columns are grouped by the side that writes them. What no group names is its key, or belongs to people: tags,
    custom fields.
    """

    # What people want. In the change log, as all that people write.
    INTENT: ClassVar[tuple[str, ...]] = ("spec",)
    # What the cluster says, and what follows from its lists. Written by runs and the watcher alone, in bulk.
    LIVE: ClassVar[tuple[str, ...]] = (
        "api_version",
        "uid",
        "resource_version",
        "generation",
        "cluster_created",
        "live",
        "status",
        "labels",
        "annotations",
        "field_managers",
        "fingerprint",
        "digest",
        "deleting",
        "seen_at",
        "missing_since",
        "missing_runs",
        "missing_run",
        "absence_proven",
        "held_run",
    )
    # What the fabric's Git repository says. Nobody reads one yet.
    DECLARED: ClassVar[tuple[str, ...]] = ()

    kind_entry: ClassVar[Kind | None]
    # The columns that say of which kind a row is; none where all rows of the model are of one kind.
    identity_fields: ClassVar[tuple[str, ...]] = ()

    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="+")
    namespace = models.CharField(_("namespace"), max_length=63, default="default")
    name = models.CharField(_("name"), max_length=253, db_collation="natural_sort")
    spec = models.JSONField(_("spec"), null=True, blank=True, editable=False)

    api_version = models.CharField(_("API version"), max_length=200, editable=False, default="")
    uid = models.CharField(_("UID"), max_length=64, editable=False, default="")
    resource_version = models.CharField(_("resource version"), max_length=64, editable=False, default="")
    generation = models.BigIntegerField(_("generation"), editable=False, null=True)
    cluster_created = models.DateTimeField(_("created on the cluster"), editable=False, null=True)
    live = models.JSONField(_("live spec"), editable=False, null=True)
    status = models.JSONField(_("status"), editable=False, null=True)
    labels = models.JSONField(_("labels"), editable=False, default=dict)
    annotations = models.JSONField(_("annotations"), editable=False, default=dict)
    field_managers = models.JSONField(_("field managers"), editable=False, default=list)
    fingerprint = models.CharField(max_length=32, editable=False, default="")
    digest = models.CharField(max_length=32, editable=False, default="")
    deleting = models.BooleanField(_("deleting"), editable=False, default=False)
    seen_at = models.DateTimeField(_("last change seen"), editable=False, null=True)
    missing_since = models.DateTimeField(_("missing since"), editable=False, null=True)
    # Complete runs in a row that did not find it, whether a guard held its removal back or not.
    missing_runs = models.PositiveIntegerField(editable=False, default=0)
    # The run that marked it missing (its number: runs are forgotten in time); null where the watcher did.
    missing_run = models.BigIntegerField(_("marked missing by run"), editable=False, null=True)
    # A complete list that no guard doubted did not have it: the shrink guard has counted it, and counts it no more.
    absence_proven = models.BooleanField(editable=False, default=False)
    # The newest run in which a guard held its removal back; null where none does.
    held_run = models.BigIntegerField(_("removal held back by run"), editable=False, null=True)

    class Meta:
        abstract = True
        # By the fabric's key, not its name: so the unique index is in this order, and a page takes a page's time.
        ordering: tuple[str, ...] = ("fabric_id", "namespace", "name")
        constraints = (
            models.UniqueConstraint(fields=("fabric", "namespace", "name"), name="%(app_label)s_%(class)s_key"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known_entry(cls) -> Kind:
        """What is known of the model's kind. Raises TypeError for OtherResource, whose rows are of many kinds."""
        if cls.kind_entry is None:
            raise TypeError(f"{cls.__name__} is of no one kind.")
        return cls.kind_entry

    @classmethod
    def kind_columns(cls) -> dict[str, Any]:
        """Expressions for ``annotate()``: each row's API group as ``of_group``, its kind as ``of_kind``."""
        entry, text = cls.known_entry(), models.CharField()
        return {"of_group": models.Value(entry.group, text), "of_kind": models.Value(entry.kind, text)}

    @classmethod
    def of_kind(cls) -> models.Q:
        """Which rows of another table, with a column ``kind``, are about objects of this model."""
        return models.Q(kind=cls.known_entry().kind)

    @property
    def docs_url(self) -> str:
        """Where NetBox's Help button leads."""
        return reverse("plugins:netbox_hedgehog:documentation", args=["resources"])

    @property
    def kind(self) -> str:
        return self.known_entry().kind

    @property
    def api_group(self) -> str:
        return self.known_entry().group

    @property
    def state(self) -> str:
        """The object's state in the fixed words of the plugin: present or missing."""
        return "missing" if self.missing_since else "present"

    @property
    def missing_by(self) -> str:
        """Who marked it missing: ``run``, ``watcher``, or empty where it is not missing."""
        if not self.missing_since:
            return ""
        return "watcher" if self.missing_run is None else "run"

    @property
    def drift(self) -> str:
        """Whether intent, declaration and cluster agree: unknown as long as nothing is intended or declared."""
        return "unknown"

    @property
    def manifest(self) -> dict[str, Any]:
        """The object as the cluster serves it, without secrets and without what the server sets."""
        metadata = {"name": self.name, "namespace": self.namespace}
        metadata |= {name: value for name in ("labels", "annotations") if (value := getattr(self, name))}
        parts = {"spec": self.live, "status": self.status}
        return {
            # Of a kind that we do not know, the version is known once the object was seen.
            "apiVersion": self.api_version or (self.kind_entry.api_version if self.kind_entry else self.api_group),
            "kind": self.kind,
            "metadata": metadata,
            **{name: value for name, value in parts.items() if value is not None},
        }

    @classmethod
    def engine_columns(cls) -> tuple[str, ...]:
        """The columns that no person writes, and that the change log leaves out."""
        return (*cls.LIVE, *cls.DECLARED)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is stored already keeps the engine's columns: it may have written them since they were read."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            ours = (field for field in self._meta.concrete_fields if not field.generated and not field.primary_key)
            kwargs["update_fields"] = [field.name for field in ours if field.name not in self.engine_columns()]
        super().save(*args, **kwargs)

    def serialize_object(self, exclude: Any = None) -> dict[str, Any]:
        generated = [field.name for field in self._meta.concrete_fields if field.generated]
        return super().serialize_object(exclude=[*(exclude or []), *self.engine_columns(), *generated])
