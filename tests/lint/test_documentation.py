"""The documentation can be built, and no link in it leads nowhere."""

import os
import subprocess
import sys
from pathlib import Path

from practice.services.netbox import CHECKOUT


def test_documentation_builds_without_a_warning(tmp_path):
    program = Path(sys.executable).with_name("mkdocs")
    built = subprocess.run(
        [program, "build", "--strict", "--quiet", "--site-dir", tmp_path],
        check=False,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert (built.returncode, built.stderr) == (0, "")
    assert (tmp_path / "running" / "index.html").exists()


def test_every_page_is_in_the_navigation():
    navigation = (CHECKOUT / "mkdocs.yml").read_text()
    pages = [page.name for page in (CHECKOUT / "docs").glob("*.md")]
    assert pages
    assert [name for name in pages if f": {name}\n" not in navigation] == []
