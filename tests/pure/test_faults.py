"""Every fault that a sync must survive has a test that is named after its number."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
LAST = 88

# What is not built yet has no tests yet. A number that gets one is taken off this list.
NOT_YET_DUE = {
    **dict.fromkeys(range(21, 33), "nothing is written to clusters yet"),
    42: "nothing is pushed to clusters yet, so no stale intent either",
    43: "there are no plans yet that an upgrade could find open",
    **dict.fromkeys(range(48, 59), "no Git repository is read or written yet"),
    **dict.fromkeys(range(59, 63), "there are no three sides yet"),
    **dict.fromkeys(range(69, 79), "nothing is written to clusters yet"),
    **dict.fromkeys(range(79, 81), "no Git repository is read or written yet"),
    **dict.fromkeys(range(81, 85), "nothing is written to NetBox's own models yet"),
}


def numbers() -> Iterator[int]:
    """The numbers in the names of tests that pytest runs: functions of modules and methods of classes."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (found := re.match(r"test_fault_(\d+)_\w", node.name)):
                yield int(found[1])


def test_every_fault_that_is_due_has_a_test_and_every_test_a_fault():
    tested, due = set(numbers()), set(range(1, LAST + 1)) - NOT_YET_DUE.keys()
    assert sorted(due - tested) == [], "faults without a test"
    assert sorted(tested - due) == [], "faults that are tested and called not yet due, or that nobody listed"
