"""The linters and type checks, each a test, so that one command tells all and a failure shows what it said."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.prefix) / "bin"
COMMANDS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_finds_nothing(name):
    program, *arguments = COMMANDS[name]
    ran = subprocess.run([PROGRAMS / program, *arguments], check=False, cwd=CHECKOUT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_module_imports_in_a_circle():
    """Whatever runs: imports in functions count, those for type checkers alone do not."""
    import grimp

    graph = grimp.build_graph("netbox_hedgehog", "practice", cache_dir=None, exclude_type_checking_imports=True)
    circles = [
        (module, other)
        for module in sorted(graph.modules)
        for other in graph.find_modules_directly_imported_by(module)
        if graph.chain_exists(other, module)
    ]
    assert not circles
