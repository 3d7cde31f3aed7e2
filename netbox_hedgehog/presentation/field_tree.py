"""A spec or status as rows to read: labels, help, links; tables where a list holds things of one shape.

Whatever it is, a page unfolds so much of it that the page comes in a moment, and says how much it has left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from netbox_hedgehog.kinds import Field, FieldType, List, Map, Object, Reference, by_name
from netbox_hedgehog.presentation.labels import label, path_label, shortened
from netbox_hedgehog.queries.links import Key, Link, Links

__all__ = ("Grid", "Group", "Items", "Leaf", "Row", "Tree", "tree")

MAX_COLUMNS = 8
FOLDED_FROM = 24  # leaves: a group with more starts folded
ROOM = 1500  # leaves of one document
DEEPEST = 16  # levels; a Hedgehog object has about ten
LONGEST = 1000  # characters of a text


@dataclass
class Leaf:
    """A scalar. ``key`` is the object that it names, if any; ``link`` is known after ``Tree.resolve``."""

    value: Any
    key: Key | None = None
    link: Link | None = None
    shape = "leaf"

    @property
    def text(self) -> str:
        if isinstance(self.value, bool):
            return _("yes") if self.value else _("no")
        return "" if self.value is None else shortened(str(self.value), LONGEST)

    def __len__(self) -> int:
        return 1


@dataclass
class Items:
    """Scalars of a list, one after another."""

    items: list[Leaf]
    shape = "items"

    def __len__(self) -> int:
        return len(self.items)


@dataclass
class Row:
    """A labelled value. ``name`` is the key in the API; ``leaf`` is a label that names an object."""

    name: str
    label: str
    value: "Value"
    help: str = ""
    leaf: Leaf | None = None


@dataclass
class Group:
    """The fields of one object, or the entries of a map or list whose shapes differ."""

    rows: list[Row]
    shape = "group"

    def __len__(self) -> int:
        return sum(len(row.value) for row in self.rows)

    @property
    def folded(self) -> bool:
        return len(self) > FOLDED_FROM


@dataclass
class Grid:
    """A list or map of small objects: a heading and a cell each."""

    headings: list[tuple[str, str]]
    rows: list[list["Value | None"]]
    shape = "grid"

    def __len__(self) -> int:
        return len(self.headings) * len(self.rows)

    @property
    def folded(self) -> bool:
        return len(self.rows) > FOLDED_FROM


type Value = Leaf | Items | Group | Grid
# The entries of a map (or, without keys, of a list), and one entry's cells: path to (value, field).
type Pairs = list[tuple[str | None, Any]]
type Cells = dict[tuple[str, ...], tuple[Any, Field | None]]


@dataclass
class Tree:
    """A document as rows.

    Attributes:
        root: The fields at the top.
        leaves: The leaves that name other objects.
        left_out: How many scalars are not shown, since the page would be too large.
    """

    root: Group
    leaves: list[Leaf] = field(default_factory=list)
    left_out: int = 0

    def resolve(self, links: Links) -> None:
        """Set the links of the leaves."""
        for leaf in self.leaves:
            if leaf.key:
                leaf.link = links[leaf.key]


def tree(data: Any, described: Object | None, fabric_id: int, namespace: str) -> Tree:
    """Arrange a document as rows.

    Args:
        data: The spec or status; if it is no object, it becomes a single row.
        described: The fields of the kind, whose order is kept; unknown fields follow. None if nothing is known.
        fabric_id: The fabric of the object, in which names are looked up.
        namespace: Its namespace, likewise.

    Returns:
        The rows, without empty values.
    """
    maker = _Maker(fabric_id, namespace)
    if data and not isinstance(data, dict):
        return Tree(Group([Row("", _("Value"), maker.value(data, None))]), maker.leaves, maker.left_out)
    return Tree(maker.group(data or {}, described), maker.leaves, maker.left_out)


class _Maker:
    def __init__(self, fabric_id: int, namespace: str) -> None:
        self.fabric_id, self.namespace = fabric_id, namespace
        self.leaves: list[Leaf] = []
        self.room, self.left_out, self.level = ROOM, 0, 0

    def value(self, data: Any, kind: FieldType | None, names: Reference | None = None) -> Value:
        if not isinstance(data, dict | list):
            return self.leaf(data, names)
        if self.level >= DEEPEST:
            self.leave_out(data)
            return Leaf("…")
        self.level += 1
        try:
            return self.inside(data, kind, names)
        finally:
            self.level -= 1

    def inside(self, data: dict[str, Any] | list[Any], kind: FieldType | None, names: Reference | None) -> Value:
        if isinstance(data, dict):
            if isinstance(kind, Map):
                return self.entries(list(data.items()), kind.of, kind)
            if not isinstance(kind, Object) and _all_objects(data.values()):
                return self.entries(list(data.items()), None)
            return self.group(data, kind if isinstance(kind, Object) else None)
        of = kind.of if isinstance(kind, List) else None
        if any(isinstance(each, dict | list) for each in data):
            return self.entries([(None, each) for each in data], of)
        return Items([self.leaf(each, names) for each in self.within(data)])

    def within(self, entries: list[Any]) -> list[Any]:
        """Take as many entries as fit on the page."""
        kept = entries[: max(0, self.room)]
        self.leave_out(entries[len(kept) :])
        return kept

    def leave_out(self, data: Any) -> None:
        self.left_out += _leaves(data)

    def leaf(self, data: Any, names: Reference | None) -> Leaf:
        self.room -= 1
        leaf = Leaf(data)
        if names and isinstance(data, str) and (found := names.resolve(data)):
            leaf.key = Key(self.fabric_id, self.namespace, *found)
            self.leaves.append(leaf)
        return leaf

    def group(self, data: dict[str, Any], described: Object | None) -> Group:
        rows = []
        for name, each in _ordered(data, described):
            if each in (None, "", {}, []):
                continue
            if self.room <= 0:
                self.leave_out(each)
            else:
                known = described.by_name.get(name) if described else None
                value = self.value(each, known.type if known else None, known.names if known else None)
                rows.append(
                    Row(shortened(name, LONGEST), label(name), value, _(known.help) if known and known.help else "")
                )
        return Group(rows)

    def entries(
        self, pairs: list[tuple[str | None, Any]], of: FieldType | None, of_map: Map | None = None
    ) -> Grid | Group:
        """Arrange a map or list of objects: a grid if they are small and alike, else one group after another."""
        pairs = self.within(pairs)
        flat = [(key, dict(_flat(each, of))) for key, each in pairs if isinstance(each, dict)]
        if len(flat) == len(pairs) and all(_scalar(each) for _, cells in flat for each, _ in cells.values()):
            paths = list(dict.fromkeys(path for _, cells in flat for path in cells))
            if len(paths) <= MAX_COLUMNS:
                return self.grid(flat, paths, of_map)
        keys = of_map.keys if of_map else None
        rows = []
        for position, (key, each) in enumerate(pairs, start=1):
            if self.room <= 0:
                self.leave_out(each)
                continue
            leaf = self.leaf(key, keys) if key is not None else None
            name = shortened(key or "", LONGEST)
            rows.append(Row(name, name if key is not None else f"{position}", self.value(each, of), leaf=leaf))
        return Group(rows)

    def grid(self, flat: list[Any], paths: list[tuple[str, ...]], of_map: Map | None) -> Grid:
        named = any(key is not None for key, _ in flat)
        keys = of_map.keys if of_map else None
        rows = []
        for key, cells in flat:
            if self.room <= 0:
                self.leave_out([each for each, _ in cells.values()])
                continue
            row: list[Value | None] = [self.leaf(key, keys)] if named else []
            for path in paths:
                each, known = cells.get(path, (None, None))
                empty = each in (None, "", {}, [])
                row.append(None if empty else self.value(each, known and known.type, known and known.names))
            rows.append(row)
        titles = [(path_label(path), _help(flat, path)) for path in paths]
        return Grid(([(_key_heading(of_map), "")] if named else []) + titles, rows)


def _key_heading(of_map: Map | None) -> str:
    """The heading of a column with a map's keys."""
    if of_map is None:
        return _("Key")  # nobody has said what they are
    if of_map.keys is None:
        return _(of_map.heading)
    first, *others = (_(by_name(kind).label) for kind in of_map.keys.kinds)
    return _(" or ").join([first[:1].upper() + first[1:], *others])


def _leaves(data: Any) -> int:
    """Count the scalars in a value, however deep."""
    waiting, found = [data], 0
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        else:
            found += 1
    return found


def _scalar(value: Any) -> bool:
    """Whether a value fits into a cell: a scalar, or a list of them."""
    return not any(isinstance(each, dict | list) for each in (value if isinstance(value, list) else [value]))


def _help(flat: list[tuple[str | None, Cells]], path: tuple[str, ...]) -> str:
    described = (cells[path][1] for _key, cells in flat if path in cells)
    found = next((known.help for known in described if known), "")
    return _(found) if found else ""


def _all_objects(values: Any) -> bool:
    values = list(values)
    return len(values) > 1 and all(isinstance(each, dict) for each in values)


def _ordered(data: dict[str, Any], described: Object | None) -> Iterator[tuple[str, Any]]:
    known = described.by_name if described else {}
    yield from ((name, data[name]) for name in known if name in data)
    yield from ((name, each) for name, each in data.items() if name not in known)


def _flat(
    data: dict[str, Any], kind: FieldType | None, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the cells of an object as (path, (value, field)); nested objects become columns of their own."""
    described = kind if isinstance(kind, Object) else None
    for name, each in _ordered(data, described):
        known: Field | None = described.by_name.get(name) if described else None
        spread = isinstance(each, dict) and len(path) < MAX_COLUMNS
        if spread and not isinstance(known.type if known else None, Map):
            yield from _flat(each, known.type if known else None, (*path, name))
        elif each not in (None, "", {}, []):
            yield (*path, name), (each, known)
