"""The documentation can be built, and no link in it leads nowhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

from practice.services.netbox import CHECKOUT
from tests.pictures import PICTURES, shown_pictures


def test_documentation_builds_without_a_warning(tmp_path):
    program = Path(sys.executable).with_name("mkdocs")
    built = subprocess.run(
        # Not --quiet: it has mkdocs drop warnings before --strict counts them.
        [program, "build", "--strict", "--site-dir", tmp_path],
        check=False,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr
    assert (tmp_path / "running" / "index.html").exists()


def test_every_page_is_in_the_navigation():
    navigation = (CHECKOUT / "mkdocs.yml").read_text()
    pages = [page.name for page in (CHECKOUT / "docs").glob("*.md")]
    assert pages
    assert [name for name in pages if f": {name}\n" not in navigation] == []


def test_what_became_of_the_earlier_plugins_parts_is_where_the_page_says():
    page = (CHECKOUT / "docs" / "coming-from.md").read_text()
    named = re.findall(r"`([\w/]+\.py)`(?:: `(\w+)`)?", page)
    assert len(named) > 10
    sources = {path: CHECKOUT / "netbox_hedgehog" / path for path, _ in named}
    assert [path for path, source in sources.items() if not source.is_file()] == []
    defined = r"(?m)^\s*(?:def |class |){}\b(?:\(| = |:|\[)"
    lost = [
        (path, name) for path, name in named if name and not re.search(defined.format(name), sources[path].read_text())
    ]
    assert lost == []


def test_every_test_that_the_guarantees_name_exists():
    """A promise that no test holds is a hope; a test that was renamed takes its line along."""
    named = set(re.findall(r"`(test_\w+)`", (CHECKOUT / "docs" / "guarantees.md").read_text()))
    written = {
        name
        for path in (CHECKOUT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert len(named) > 20
    assert named - written == set()


def test_every_picture_is_shown_and_taken_by_a_browser_test():
    kept = {path.stem for path in PICTURES.glob("*.png")}
    taken = {
        name
        for path in (CHECKOUT / "tests" / "browser").glob("test_*.py")
        for name in re.findall(r'picture\("([\w-]+)"', path.read_text())
    }
    assert kept
    assert kept == shown_pictures()
    assert kept - taken == set()
