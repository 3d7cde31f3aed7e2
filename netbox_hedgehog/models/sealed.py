"""A text column whose value no template, export, serializer or log can show."""

from typing import Any

from django.db import models

__all__ = ("Sealed", "SealedField", "sealed_text")


class Sealed:
    """An encrypted text. It can be compared, stored and tested for being there; ``sealed_text`` alone reads it.

    Templates of users (export templates, custom links, webhooks) are rendered in a sandbox that keeps them from
    attributes with a leading underscore, and can print everything else, whole rows of ``queryset.values()`` too.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return self._text == sealed_text(other) if isinstance(other, Sealed | str) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return "(sealed)" if self._text else ""

    def __repr__(self) -> str:
        return f"<Sealed: {self}>"


def sealed_text(value: Any) -> str:
    """The encrypted text of ``value``, a Sealed or such a text itself."""
    return value._text if isinstance(value, Sealed) else str(value)


class SealedField(models.TextField):
    """A TextField whose values are ``Sealed``."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        # For migrations it is the column that it is in the database.
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.TextField", arguments, options

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Sealed | None:
        return value if isinstance(value, Sealed) or value is None else Sealed(str(value))

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else sealed_text(value)

    def value_to_string(self, obj: models.Model) -> str:
        return sealed_text(self.value_from_object(obj))  # dumpdata and loaddata keep it
