"""Handles rows of other plugins that refer to an object by foreign key. NetBox and this plugin have none."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

__all__ = ("let_referring_go", "protected")


def protected(model: type[models.Model], keys: Sequence[int]) -> set[int]:
    """Find rows that a foreign key of another plugin protects from being deleted.

    Args:
        model: The model of a kind.
        keys: Primary keys.

    Returns:
        Those of ``keys`` that are protected.
    """
    kept = (models.PROTECT, models.RESTRICT)
    return {key for on_delete, name, rows in _referring(model, keys) if on_delete in kept for key in _keys(rows, name)}


def _referring(model: type[models.Model], keys: Sequence[int]) -> Iterator[tuple[Any, str, models.QuerySet]]:
    """Yield for each foreign key to a model its ``on_delete``, its name, and its rows that refer to ``keys``."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            name, rows = relation.field.name, relation.related_model._base_manager
            yield relation.on_delete, name, rows.filter(**{f"{name}__in": keys})


def _keys(rows: models.QuerySet, name: str) -> list[int]:
    return list(rows.values_list(f"{name}__pk", flat=True))


def let_referring_go(model: type[models.Model], keys: Sequence[int]) -> None:
    """Apply ``on_delete`` of foreign keys to deleted rows, by the referring rows' own save() and delete()."""
    for on_delete, name, rows in _referring(model, keys):
        for row in rows:
            if on_delete is models.CASCADE:
                row.delete()
            elif on_delete is models.SET_NULL:
                if hasattr(row, "snapshot"):
                    row.snapshot()
                setattr(row, name, None)
                row.save()
