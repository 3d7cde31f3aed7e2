"""What is to be installed: pyproject's lists, and those of NetBox's own requirements that running it takes."""

import re
import tomllib
from pathlib import Path

__all__ = ("NETBOX", "needed_by_netbox", "requirements")

NETBOX = re.compile(r"netbox[=<>~! ]")
# NetBox lists what its documentation is built with, but its wheel brings the documentation built. These packages are
# three quarters of all files that an installation would write.
DOCUMENTATION = ("mkdocs", "mkdocs-material", "mkdocstrings", "mkdocstrings-python", "pymdown-extensions", "zensical")
REQUIRES = re.compile(r"^Requires-Dist: ([A-Za-z0-9._-]+)(.*)$", re.MULTILINE)


def requirements(pyproject: Path, extra: str) -> list[str]:
    """The plugin's dependencies and those of its EXTRA; an extra of our own named in it is unfolded."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    pending = [extra]
    while pending:
        for requirement in project["optional-dependencies"][pending.pop()]:
            if requirement.startswith(f"{project['name']}["):
                pending += requirement.partition("[")[2].rstrip("]").split(",")
            else:
                wanted.append(requirement)
    return wanted


def needed_by_netbox(site_packages: Path) -> list[str]:
    """What the NetBox installed in SITE_PACKAGES requires, without its extras and its documentation's tools."""
    metadata = next(site_packages.glob("netbox-*.dist-info")) / "METADATA"
    listed = REQUIRES.findall(metadata.read_text(encoding="utf-8"))
    return [name + rest for name, rest in listed if "extra ==" not in rest and name.lower() not in DOCUMENTATION]
