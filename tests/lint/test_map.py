"""The map of the packages, as ``make map`` draws it."""

import pytest

from tests.lint.map import ENGINE, TOP, read


@pytest.mark.parametrize("package", [TOP, ENGINE])
def test_every_arrow_points_to_a_lower_floor(package):
    found = read(package)
    arrows = [(room, below) for room, rooms in found.arrows.items() for below in rooms]
    assert arrows
    assert [each for each in arrows if found.floors[each[0]] <= found.floors[each[1]]] == []
    assert f"{len(found.arrows)} rooms" in str(found)
