"""The codes of runs that no cluster gave."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import netbox_hedgehog
from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.run_code import SAYS_NOTHING_OF_CLUSTER, RunCode

STORED = """
    internal database deadline cancelled worker_lost not_served malformed_object object_refused empty_source
    shrink_guard
"""


def test_run_codes_are_the_ones_that_are_stored():
    assert [code.value for code in RunCode] == STORED.split()


@pytest.mark.parametrize("code", RunCode)
def test_run_code_says_what_happened_and_what_to_do(code):
    assert 10 < len(code.label) < 60
    assert not code.label.endswith(".")
    assert len(code.hint) > 30
    assert {name for _, name, _, _ in Formatter().parse(code.hint)} <= {None, "resource"}


def test_run_code_is_no_code_of_a_cluster_but_for_what_nobody_foresaw():
    assert {code.value for code in RunCode} & {code.value for code in ErrorCode} == {"internal"}


def test_only_a_lost_worker_passes_by_itself():
    assert [code for code in RunCode if code.transient] == [RunCode.WORKER_LOST]


def test_what_says_nothing_of_the_cluster_is_our_own_trouble_or_a_wish():
    assert set(SAYS_NOTHING_OF_CLUSTER) == {"internal", "database", "deadline", "cancelled", "worker_lost"}


# Where the values themselves are given: here, for a cluster's codes, and for the state that is called like a code.
GIVEN = {"run_code.py", "cluster/errors/codes.py", "models/choices.py"}


def test_run_code_is_written_as_a_string_nowhere_else():
    package = Path(netbox_hedgehog.__file__).parent
    files = [each for each in package.rglob("*.py") if "migrations" not in each.parts]
    assert {str(each.relative_to(package)) for each in files} >= GIVEN
    found = [
        f"{each.relative_to(package)}:{node.lineno} {node.value}"
        for each in files
        if str(each.relative_to(package)) not in GIVEN
        for node in _strings(ast.parse(each.read_text()))
        if node.value in set(RunCode)
    ]
    assert found == []


def _strings(module):
    """The string literals of MODULE, but for the names that it exports."""
    statements = [each for each in module.body if not (isinstance(each, ast.Assign) and _exports(each))]
    nodes = [node for each in statements for node in ast.walk(each)]
    return [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _exports(assignment):
    return [target.id for target in assignment.targets if isinstance(target, ast.Name)] == ["__all__"]
