"""What happened to objects, one row a change: the history that runs and the watcher write alike."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from netbox_hedgehog.models.choices import ChangeActionChoices
from netbox_hedgehog.models.fabric import Fabric
from netbox_hedgehog.models.run import SyncRun

__all__ = ("ResourceChange",)


class ResourceChange(models.Model):
    """One change of one object, written in the transaction that wrote the object. Only ``sync`` makes rows.

    A status that moves makes none. ``pk`` is a sequence: changes of one kind of one fabric are committed in its order.
    Of two kinds the later number may be committed first, when a run and the watcher write at the same time.
    """

    time = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="+", db_index=False)
    # The run that wrote it, and that takes it along when it is forgotten; null where the watcher did.
    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="changes", null=True)
    api_group = models.CharField(_("API group"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=63)
    namespace = models.CharField(_("namespace"), max_length=63)
    name = models.CharField(_("name"), max_length=253)
    # The object's primary key in the model of its kind; of a removed object nobody has it any more.
    object_id = models.BigIntegerField(null=True)
    action = models.CharField(_("action"), max_length=20, choices=ChangeActionChoices)
    # What changed in spec, labels and annotations, without secrets: [{"path": "spec.mode", "before": 1, "after": 2}].
    # A field that came has no "before", one that went no "after". In place of a large value stands its size as JSON,
    # in bytes: "before_size", "after_size".
    fields = models.JSONField(_("fields"), default=list)
    fields_left_out = models.PositiveIntegerField(_("fields left out"), default=0)
    # Who changed it on the cluster, as far as managedFields tell: the entries that are new or have another time.
    # {"manager", "operation", "time", "subresource"}, each as Kubernetes has it. Those of the status are left out.
    managers = models.JSONField(_("field managers"), default=list)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("resource change")
        indexes = (
            models.Index(fields=("fabric", "id"), name="%(app_label)s_change_fabric"),
            models.Index(
                fields=("fabric", "kind", "namespace", "name", "id"),
                name="%(app_label)s_change_object",
            ),
            # For forgetting what the watcher wrote; what a run wrote goes with the run.
            models.Index(fields=("time",), condition=models.Q(run=None), name="%(app_label)s_change_watch"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.action}"

    def get_action_color(self) -> str | None:
        return ChangeActionChoices.colors.get(self.action)

    @property
    def paths(self) -> list[str]:
        """The fields that changed, without their values."""
        return [each["path"] for each in self.fields]
