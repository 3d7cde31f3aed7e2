"""What NetBox, Django and RQ do not document is used in one package only, where each topic has a contract test."""

import ast
import re

import pytest

from practice.services.netbox import CHECKOUT

PLUGIN = CHECKOUT / "netbox_hedgehog"
INTERNALS = PLUGIN / "netbox_internals"
MODULES = {
    "extras.events",
    "extras.utils",
    "netbox.context",
    "netbox.models.deletion",
    "netbox.registry",
    "netbox.search.backends",
    "netbox.search.utils",
    "netbox.views.generic.base",
    "netbox.views.generic.mixins",
    "rq.command",
    "rq.scheduler",
    "rq.scripts",
    "utilities.request",
}
PRIVATE = re.compile(
    r"\b(_apply_prefetching|_get_dependent_objects|_(pre|post)change_snapshot|_raw_delete|redis_\w+_namespace_prefix)\b"
    r"|\b(save|terminate) = partial\("
)
FILES = [path for path in sorted(PLUGIN.rglob("*.py")) if "migrations" not in path.parts]


def imports(text: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(text)))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("inside", [True, False])
def test_undocumented_names_are_in_one_package(inside):
    files = [path for path in FILES if path.is_relative_to(INTERNALS) == inside]
    found = {str(path.relative_to(PLUGIN)): text for path in files for text in [path.read_text()]}
    assert found
    using = [name for name, text in found.items() if imports(text) & MODULES or PRIVATE.search(text)]
    assert bool(using) == inside, using


def test_each_topic_has_a_contract_test():
    tests = "".join(path.read_text() for path in (CHECKOUT / "tests" / "netbox" / "contracts").glob("test_*.py"))
    topics = [path.stem for path in INTERNALS.glob("*.py") if path.stem != "__init__"]
    assert topics
    assert [topic for topic in topics if f"netbox_internals.{topic} import" not in tests] == []
