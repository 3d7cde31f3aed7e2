"""``python -m tests.lint.map [PACKAGE]``: a package's rooms, the floors that they stand on, the arrows between them.

A room is a module or package directly below PACKAGE; an arrow from one to another stands for the imports of it, those
for types only included. A room's floor is the longest way down from it, so every arrow points to a lower floor.
"""

import sys
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

import grimp

__all__ = ("Map", "read")

ENGINE = "netbox_hedgehog.sync"
TOP = "netbox_hedgehog"


class Map:
    """The rooms of PACKAGE in GRAPH: ``arrows`` is room to the rooms that it imports, ``floors`` room to number.

    Raises CycleError where rooms import each other in a circle.
    """

    def __init__(self, package: str, graph: grimp.ImportGraph) -> None:
        self.package = package
        self.arrows: dict[str, set[str]] = {self._short(room): set() for room in graph.find_children(package)}
        self.files = {room: len(graph.find_descendants(f"{package}.{room}")) + 1 for room in self.arrows}
        for importer in graph.find_descendants(package):
            for imported in graph.find_modules_directly_imported_by(importer):
                if imported.startswith(f"{package}."):
                    here, there = self._short(importer), self._short(imported)
                    if here != there:
                        self.arrows[here].add(there)
        self.floors: dict[str, int] = {}
        for room in TopologicalSorter(self.arrows).static_order():
            self.floors[room] = 1 + max((self.floors[below] for below in self.arrows[room]), default=0)

    def _short(self, module: str) -> str:
        return module.removeprefix(f"{self.package}.").partition(".")[0]

    def __str__(self) -> str:
        by_floor = defaultdict(list)
        for room, floor in sorted(self.floors.items()):
            by_floor[floor].append(room)
        count = sum(map(len, self.arrows.values()))
        lines = [f"{self.package}: {len(self.arrows)} rooms, {len(by_floor)} floors, {count} arrows, no circle"]
        for floor in sorted(by_floor, reverse=True):
            lines.append(f"  floor {floor}")
            for room in by_floor[floor]:
                below = ", ".join(sorted(self.arrows[room])) or "nothing"
                lines.append(f"    {room} ({self.files[room]} files) -> {below}")
        return "\n".join(lines)


def read(package: str = TOP) -> Map:
    """The map of PACKAGE, as its files are now."""
    graph = grimp.build_graph(package.partition(".")[0], exclude_type_checking_imports=False, cache_dir=None)
    return Map(package, graph)


def main(packages: list[str]) -> int:
    try:
        for package in packages or [TOP, ENGINE]:
            print(read(package))
    except CycleError as error:
        print(f"A circle: {' -> '.join(error.args[1])}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
