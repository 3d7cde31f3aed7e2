"""The compact form in which kinds describe their fields; ``schema.py`` makes a JSON schema of it."""

from dataclasses import dataclass
from functools import cached_property

__all__ = ("Boolean", "Field", "FieldType", "Integer", "List", "Map", "Number", "Object", "Reference", "Text")


@dataclass(frozen=True, slots=True)
class Reference:
    """How a text names another object.

    Attributes:
        kind: The kind of that object.
        cut: Only what stands before the first such mark is the name: ``leaf-01/E1/1`` names leaf-01.
        strict: With ``cut``, a text without the mark names nothing.
        prefixed: A prefix, and the kind that is meant if the text has it: ``ext.border`` names the External border.
    """

    kind: str
    cut: str = ""
    strict: bool = False
    prefixed: tuple[str, str] | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that such a text can name."""
        return (self.kind, self.prefixed[1]) if self.prefixed else (self.kind,)

    def resolve(self, text: str) -> tuple[str, str] | None:
        """Find the object that a text names.

        Returns:
            Its kind and name; None if the text names nothing.
        """
        kind = self.kind
        if self.prefixed and text.startswith(self.prefixed[0]):
            text, kind = text.removeprefix(self.prefixed[0]), self.prefixed[1]
        if self.cut:
            text, mark, _ = text.partition(self.cut)
            if self.strict and not mark:
                return None
        return (kind, text) if text else None


@dataclass(frozen=True, slots=True)
class Text:
    """A string; lengths in characters, ``format`` as in OpenAPI (date-time)."""

    enum: tuple[str, ...] = ()
    pattern: str = ""
    format: str = ""
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number; ``format`` int32 or int64 bounds it as the API server does."""

    format: str = ""
    minimum: int | None = None
    maximum: int | None = None
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number with a fraction."""


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""


@dataclass(frozen=True, slots=True, eq=False)
class List:
    """An ordered list of one type."""

    of: "FieldType"
    min_items: int | None = None
    max_items: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Values of one type under keys that the writer chooses.

    Attributes:
        of: The type of the values.
        keys: How the keys name objects, if they do.
        heading: What the keys are, above a column of them.
    """

    of: "FieldType"
    keys: Reference | None = None
    heading: str = "Name"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One key of an object.

    Attributes:
        name: The key.
        type: The type of its value.
        help: What it is for, in one sentence, to be translated.
        required: Whether the API server insists on it.
        names: How its text, or each text of its list, names another object.
        secret: Its value is never stored, logged or shown.
        login: It is an address that is kept only if it has no user and password in it.
    """

    name: str
    type: "FieldType"
    help: str = ""
    required: bool = False
    names: Reference | None = None
    secret: bool = False
    login: bool = False


@dataclass(frozen=True, init=False, eq=False)
class Object:
    """An object with known fields. ``atomic``: server-side apply owns it as a whole."""

    fields: tuple[Field, ...]
    atomic: bool

    def __init__(self, *fields: Field, atomic: bool = False) -> None:
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "atomic", atomic)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}


type FieldType = Text | Integer | Number | Boolean | List | Map | Object
