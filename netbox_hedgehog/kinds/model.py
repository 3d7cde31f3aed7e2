"""What a kind is: its names, fields and printer columns, who writes it, and in which order."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cached_property

from netbox_hedgehog.kinds.types import Field, FieldType, List, Map, Object, Reference

__all__ = ("AGE", "Area", "Column", "Kind", "Rule", "Step", "Writer")


class Writer(StrEnum):
    """Who writes objects of a kind."""

    USER = "user"
    CONTROLLER = "controller"


class Area(StrEnum):
    """The menu section that a kind belongs to."""

    VPC = "vpc"
    WIRING = "wiring"
    GATEWAY = "gateway"
    RUNTIME = "runtime"


class Step(Enum):
    """The steps of a rule's path that are no field name."""

    EACH = "[]"
    VALUES = "{}"
    KEYS = "{key}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where objects of a kind refer to others.

    Attributes:
        steps: The way to the text: field names and ``Step``.
        to: How the text names an object.
    """

    steps: tuple[str | Step, ...]
    to: Reference

    @property
    def path(self) -> str:
        """The way as text: ``spec.eslag.links[].switch.port``; ``{}`` is any key of a map, ``{key}`` the key itself."""
        parts = [step.value if isinstance(step, Step) else f".{step}" for step in self.steps]
        return "".join(parts).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Column:
    """A printer column.

    Attributes:
        name: The heading in kubectl.
        type: As in a CRD: string, integer, number, boolean or date.
        path: A simple JSONPath.
        priority: Above 0, kubectl prints the column in wide output only.
        extra: True for columns of ours; the others are those of the kind's CRD, in its order.
        label: The heading for people; if empty, it is made of the path's words.
    """

    name: str
    type: str
    path: str
    priority: int = 0
    extra: bool = False
    label: str = ""


# For kinds that are a mere name, and for the many whose status nobody fills.
NOTHING = Object()

AGE = Column("Age", "date", ".metadata.creationTimestamp")


@dataclass(frozen=True, eq=False, kw_only=True)
class Kind:
    """One kind of Hedgehog object.

    Attributes:
        kind: Its name in CamelCase; ``plural``, ``singular`` and ``short_names`` are as in its CRD.
        group: Its API group; ``version`` is the version that the plugin was made for.
        writer: Who creates objects of the kind.
        area: The menu section.
        label: Its name for people in small letters, to be translated; ``label_plural`` and ``summary`` likewise.
        wave: Its place in the order of creation; None for kinds that controllers derive from others. Objects refer to
            earlier waves only, except a Connection's withinVPC and a VPC's relayVPC, where the references decide.
        spec: The fields of the spec; ``status`` those of the status.
        columns: The printer columns.
        own_name: The object of that kind whose name this one shares.
        repeats: Its spec copies other objects, so that references in it are not extracted a second time.
        required: Top-level keys that the API server insists on.
        hidden: Listed last in menus.
    """

    kind: str
    plural: str
    singular: str
    group: str
    version: str
    categories: tuple[str, ...]
    writer: Writer
    area: Area
    label: str
    label_plural: str
    summary: str
    short_names: tuple[str, ...] = ()
    wave: int | None = None
    spec: Object = NOTHING
    status: Object = NOTHING
    columns: tuple[Column, ...] = ()
    own_name: Reference | None = None
    repeats: bool = False
    required: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def api_version(self) -> str:
        """As manifests write it: ``vpc.githedgehog.com/v1beta1``."""
        return f"{self.group}/{self.version}"

    @property
    def key(self) -> str:
        """What tells the kind from every other: its CRD's name, ``vpcs.vpc.githedgehog.com``."""
        return f"{self.plural}.{self.group}"

    @cached_property
    def references(self) -> tuple[Rule, ...]:
        """Every place where an object of this kind names another."""
        own = (Rule(("metadata", "name"), self.own_name),) if self.own_name else ()
        return own if self.repeats else own + tuple(_rules(self.spec, ("spec",)))

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """Paths whose values are never kept, in the form of ``Rule.path``."""
        found = [*_secrets(self.spec, "spec"), *_secrets(self.status, "status")]
        return tuple(found)

    def __repr__(self) -> str:
        return f"<Kind {self.kind}>"


def _rules(kind: FieldType, steps: tuple[str | Step, ...], names: Reference | None = None) -> list[Rule]:
    match kind:
        case Object():
            return [rule for field in kind.fields for rule in _rules(field.type, (*steps, field.name), field.names)]
        case List():
            return _rules(kind.of, (*steps, Step.EACH), names)
        case Map():
            keys = [Rule((*steps, Step.KEYS), kind.keys)] if kind.keys else []
            return keys + _rules(kind.of, (*steps, Step.VALUES), names)
    return [Rule(steps, names)] if names else []


def _secrets(kind: FieldType, path: str) -> list[str]:
    match kind:
        case Object():
            return [found for field in kind.fields for found in _secrets_of(field, f"{path}.{field.name}")]
        case List():
            return _secrets(kind.of, f"{path}[]")
        case Map():
            return _secrets(kind.of, path + "{}")
    return []


def _secrets_of(field: Field, path: str) -> list[str]:
    return [path] if field.secret else _secrets(field.type, path)
