"""What the project says of the NetBox versions that it works with, in each place the same."""

import ast
import re

import pytest
import yaml

from practice.services.netbox import CHECKOUT

MIGRATIONS = sorted((CHECKOUT / "netbox_hedgehog" / "migrations").glob("0*.py"))
TABLE = re.compile(r"^\| (\w+) \| `(\d{4}_\w+)` \|$", re.MULTILINE)
OURS = "netbox_hedgehog"


def dependencies(path) -> set[tuple[str, str]]:
    """The migrations that the one in PATH names in its list of dependencies."""
    (found,) = (
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign) and node.targets[0].id == "dependencies"
        if isinstance(node.targets[0], ast.Name)
    )
    pairs = (tuple(part.value for part in each.elts) for each in found.elts if isinstance(each, ast.Tuple))
    return {pair for pair in pairs if pair[0] != OURS}


def test_migrations_depend_on_none_that_the_oldest_supported_netbox_lacks():
    newest = dict(TABLE.findall((CHECKOUT / "docs" / "releasing.md").read_text()))
    assert len(newest) == 5
    named = {pair for path in MIGRATIONS for pair in dependencies(path)} - {("users", "__first__")}
    assert named
    assert {app: name for app, name in named if name > newest.get(app, "")} == {}


@pytest.mark.parametrize("word", ["min", "max"])
def test_every_place_names_the_same_versions(word):
    (release,) = yaml.safe_load((CHECKOUT / "netbox-plugin.yaml").read_text())["compatibility"]
    config = (CHECKOUT / "netbox_hedgehog" / "plugin.py").read_text()
    assert re.search(rf'{word}_version = "(.+)"', config)[1] == release[f"netbox_{word}"]
    project = (CHECKOUT / "pyproject.toml").read_text()
    assert re.search(r'^version = "(.+)"$', project, re.MULTILINE)[1] == release["release"]
    if word == "min":
        assert f"| {release['netbox_min']} to " in (CHECKOUT / "COMPATIBILITY.md").read_text()
