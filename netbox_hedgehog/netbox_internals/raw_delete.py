"""One DELETE, without loading the rows: Django's ``QuerySet._raw_delete``, as NetBox's own search backend calls it."""

from django.db import models

__all__ = ("raw_delete",)


def raw_delete(rows: models.QuerySet) -> None:
    """Delete ``rows`` in one statement. No signal fires, and nothing that refers to them is looked for."""
    rows._raw_delete(using=rows.db)
