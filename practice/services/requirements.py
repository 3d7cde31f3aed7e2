"""What is to be installed: pyproject's lists, and those of NetBox's own requirements that running it takes."""

import re
import tomllib
from pathlib import Path
from typing import Any

__all__ = ("NETBOX", "included", "needed_by_netbox", "requirements")

NETBOX = re.compile(r"netbox[=<>~! ]")
# NetBox lists what its documentation is built with, but its wheel brings the documentation built. These packages are
# three quarters of all files that an installation would write.
DOCUMENTATION = ("mkdocs", "mkdocs-material", "mkdocstrings", "mkdocstrings-python", "pymdown-extensions", "zensical")
REQUIRES = re.compile(r"^Requires-Dist: ([A-Za-z0-9._-]+)(.*)$", re.MULTILINE)


def requirements(pyproject: Path, extra: str) -> list[str]:
    """The plugin's dependencies and those of its EXTRA; an extra of our own named in it is unfolded."""
    project = _project(pyproject)
    extras = _unfold(project, extra).values()
    return project["dependencies"] + [each for listed in extras for each in listed]


def included(pyproject: Path, extra: str) -> set[str]:
    """EXTRA, and the extras of our own that it names."""
    return set(_unfold(_project(pyproject), extra))


def _project(pyproject: Path) -> dict[str, Any]:
    return tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]


def _unfold(project: dict[str, Any], extra: str) -> dict[str, list[str]]:
    """EXTRA and those that it names, each with the packages that it lists itself."""
    own = f"{project['name']}["
    found: dict[str, list[str]] = {}
    pending = [extra]
    while pending:
        name = pending.pop()
        listed = project["optional-dependencies"][name]
        found[name] = [each for each in listed if not each.startswith(own)]
        for each in set(listed) - set(found[name]):
            pending += each.removeprefix(own).rstrip("]").split(",")
    return found


def needed_by_netbox(site_packages: Path) -> list[str]:
    """What the NetBox installed in SITE_PACKAGES requires, without its extras and its documentation's tools."""
    metadata = next(site_packages.glob("netbox-*.dist-info")) / "METADATA"
    listed = REQUIRES.findall(metadata.read_text(encoding="utf-8"))
    return [name + rest for name, rest in listed if "extra ==" not in rest and name.lower() not in DOCUMENTATION]
