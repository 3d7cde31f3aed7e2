"""References between objects, by natural key: a reference holds before its target exists."""

from django.db import models

from netbox_hedgehog.models.fabric import Fabric

__all__ = ("Reference",)


class Reference(models.Model):
    """The source refers at ``path`` to the target in its own namespace. Kinds are named as in ``VPCAttachment``."""

    fabric = models.ForeignKey(Fabric, on_delete=models.CASCADE, related_name="+")
    namespace = models.CharField(max_length=63)
    source_kind = models.CharField(max_length=63)
    source_name = models.CharField(max_length=253)
    path = models.CharField(max_length=500)
    target_kind = models.CharField(max_length=63)
    target_name = models.CharField(max_length=253)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("fabric", "namespace", "source_kind", "source_name", "path", "target_kind", "target_name"),
                name="%(app_label)s_%(class)s_key",
            ),
        )
        indexes = (models.Index(fields=("fabric", "namespace", "target_kind", "target_name")),)

    def __str__(self) -> str:
        return f"{self.source_kind} {self.source_name} {self.path} -> {self.target_kind} {self.target_name}"
