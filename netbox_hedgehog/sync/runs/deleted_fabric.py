"""What happens if something is created for a fabric while somebody deletes it: the deletion wins."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction
from django.http import Http404

from netbox_hedgehog.models import Fabric

__all__ = ("FabricGone", "unless_deleted")


class FabricGone(Http404):
    """The fabric was deleted meanwhile. Pages and REST answer 404, as they would a moment later."""


@contextmanager
def unless_deleted(fabric: Fabric) -> Iterator[None]:
    """A transaction that creates rows of a fabric.

    Raises:
        FabricGone: The fabric was deleted at the same time.
    """
    nested = connection.in_atomic_block
    try:
        with transaction.atomic():
            yield
            if nested:
                connection.check_constraints()  # else the error would be the surrounding transaction's, at its end
    except IntegrityError:
        if Fabric.objects.filter(pk=fabric.pk).exists():
            raise
        raise FabricGone(f"Fabric {fabric.name} was deleted meanwhile.") from None
