"""A spec or status as rows to read: labels, help, links; tables where a list holds things of one shape."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from netbox_hedgehog.kinds import Field, FieldType, List, Map, Object, Reference, by_name
from netbox_hedgehog.ui.links import Key, Link, Links
from netbox_hedgehog.ui.words import heading, words

__all__ = ("Grid", "Group", "Items", "Leaf", "Row", "Tree", "tree")

MAX_COLUMNS = 8
FOLDED_FROM = 24  # leaves: a group with more starts folded


@dataclass
class Leaf:
    """One scalar; ``key`` where it names another object, whose ``link`` is known once the page has asked."""

    value: Any
    key: Key | None = None
    link: Link | None = None
    shape = "leaf"

    @property
    def text(self) -> str:
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return "" if self.value is None else str(self.value)

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
    """A labelled value; ``name`` is the key as the API writes it, ``leaf`` links a label that names an object."""

    name: str
    label: str
    value: "Value"
    help: str = ""
    leaf: Leaf | None = None


@dataclass
class Group:
    """The fields of one object, or the entries of a map or of a list of unlike things."""

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
    """What came of one document, with every leaf that names another object."""

    root: Group
    leaves: list[Leaf] = field(default_factory=list)

    def resolve(self, links: Links) -> None:
        """Tell the leaves what is known of the objects that they name."""
        for leaf in self.leaves:
            leaf.link = links[leaf.key]


def tree(data: dict[str, Any] | None, described: Object | None, fabric_id: int, namespace: str) -> Tree:
    """DATA by the fields that DESCRIBED knows, in its order, then those that it does not; empty values are left out."""
    maker = _Maker(fabric_id, namespace)
    return Tree(maker.group(data or {}, described), maker.leaves)


class _Maker:
    def __init__(self, fabric_id: int, namespace: str) -> None:
        self.fabric_id, self.namespace = fabric_id, namespace
        self.leaves: list[Leaf] = []

    def value(self, data: Any, kind: FieldType | None, names: Reference | None = None) -> Value:
        if isinstance(data, dict):
            if isinstance(kind, Map):
                return self.entries(list(data.items()), kind.of, kind)
            if not isinstance(kind, Object) and _all_objects(data.values()):
                return self.entries(list(data.items()), None)
            return self.group(data, kind if isinstance(kind, Object) else None)
        if isinstance(data, list):
            of = kind.of if isinstance(kind, List) else None
            if any(isinstance(each, dict | list) for each in data):
                return self.entries([(None, each) for each in data], of)
            return Items([self.leaf(each, names) for each in data])
        return self.leaf(data, names)

    def leaf(self, data: Any, names: Reference | None) -> Leaf:
        leaf = Leaf(data)
        if names and isinstance(data, str) and (found := names.resolve(data)):
            leaf.key = Key(self.fabric_id, self.namespace, *found)
            self.leaves.append(leaf)
        return leaf

    def group(self, data: dict[str, Any], described: Object | None) -> Group:
        rows = []
        for name, each in _ordered(data, described):
            if each not in (None, "", {}, []):
                known = described.by_name.get(name) if described else None
                value = self.value(each, known.type if known else None, known.names if known else None)
                rows.append(Row(name, words(name), value, known.help if known else ""))
        return Group(rows)

    def entries(
        self, pairs: list[tuple[str | None, Any]], of: FieldType | None, of_map: Map | None = None
    ) -> Grid | Group:
        """A map or list of objects: a grid where they are small and alike, else one group after another."""
        flat = [(key, dict(_flat(each, of))) if isinstance(each, dict) else None for key, each in pairs]
        if all(flat) and all(_scalar(each) for _, cells in flat for each, _ in cells.values()):
            paths = list(dict.fromkeys(path for _, cells in flat for path in cells))
            if len(paths) <= MAX_COLUMNS:
                return self.grid(flat, paths, of_map)
        keys = of_map.keys if of_map else None
        rows = []
        for position, (key, each) in enumerate(pairs, start=1):
            leaf = self.leaf(key, keys) if key is not None else None
            rows.append(Row(key or "", key if key is not None else f"{position}", self.value(each, of), leaf=leaf))
        return Group(rows)

    def grid(self, flat: list[Any], paths: list[tuple[str, ...]], of_map: Map | None) -> Grid:
        named = any(key is not None for key, _ in flat)
        keys = of_map.keys if of_map else None
        rows = []
        for key, cells in flat:
            row: list[Value | None] = [self.leaf(key, keys)] if named else []
            for path in paths:
                each, known = cells.get(path, (None, None))
                empty = each in (None, "", {}, [])
                row.append(None if empty else self.value(each, known and known.type, known and known.names))
            rows.append(row)
        titles = [(heading(path), _help(flat, path)) for path in paths]
        return Grid(([(_key_heading(of_map), "")] if named else []) + titles, rows)


def _key_heading(of_map: Map | None) -> str:
    """What stands above a column of a map's keys."""
    if of_map is None:
        return "Key"  # nobody has said what they are
    if of_map.keys is None:
        return of_map.heading
    first, *others = (by_name(kind).label for kind in of_map.keys.kinds)
    return " or ".join([first[:1].upper() + first[1:], *others])


def _scalar(value: Any) -> bool:
    """Whether VALUE fits a cell: one scalar, or a list of them."""
    return not any(isinstance(each, dict | list) for each in (value if isinstance(value, list) else [value]))


def _help(flat: list[tuple[str | None, Cells]], path: tuple[str, ...]) -> str:
    return next((cells[path][1].help for _, cells in flat if path in cells and cells[path][1]), "")


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
    """The cells of one object: (path, (value, field)); objects inside it are spread over columns of their own."""
    described = kind if isinstance(kind, Object) else None
    for name, each in _ordered(data, described):
        known: Field | None = described.by_name.get(name) if described else None
        if isinstance(each, dict) and not isinstance(known.type if known else None, Map):
            yield from _flat(each, known.type if known else None, (*path, name))
        elif each not in (None, "", {}, []):
            yield (*path, name), (each, known)
