"""pip's configuration, and the same said to uv, which reads none of it.

Whoever has pip fetch from an index or a directory of their own has said so to pip (``PIP_INDEX_URL``, ``pip.conf``
...). uv has other names for the same, and for some of it none.
"""

import ast
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ("ForUv", "Unknown", "for_uv", "read")

# How pip behaves towards its user, which has nothing to do with what is installed.
HARMLESS = {
    "break-system-packages",
    "compile",
    "config-file",
    "disable-pip-version-check",
    "log",
    "no-color",
    "no-compile",
    "no-input",
    "no-python-version-warning",
    "no-warn-script-location",
    "progress-bar",
    "quiet",
    "require-virtualenv",
    "retries",
    "root-user-action",
    "user",
    "verbose",
}
# Not as arguments: an address can hold a password, and everybody on a machine sees a process's arguments.
SAME = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "constraint": "UV_CONSTRAINT",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
}
SECTIONS = ("global", "install", ":env:")  # a later one wins, as in pip
YES = ("1", "true", "yes", "on", "y", "t")


class Unknown(Exception):
    """pip is configured with something that uv has no word for."""


@dataclass
class ForUv:
    """pip's configuration in uv's words: variables of its environment, and arguments."""

    environment: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)


def read(python: Path) -> dict[str, str]:
    """What the pip of PYTHON goes by when it installs: option -> value, from its files and its environment."""
    command = [python, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    by_section: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.partition(".")
        if section in by_section:
            by_section[section][option] = ast.literal_eval(value)
    return {option: value for section in SECTIONS for option, value in by_section[section].items()}


def for_uv(settings: Mapping[str, str]) -> ForUv:
    """SETTINGS of pip in uv's words.

    Raises:
        Unknown: uv has no word for one of them, so only pip can do what its owner wants.
    """
    # pip takes the newest of all indexes, uv by itself the first index that knows the name.
    said = ForUv(environment={"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "true"})
    for option, value in settings.items():
        if option in HARMLESS or not value.strip():
            continue
        if option in SAME:
            said.environment[SAME[option]] = " ".join(value.split())
        elif option == "find-links":
            said.environment["UV_FIND_LINKS"] = ",".join(value.split())
        elif option == "cache-dir":
            said.environment["UV_CACHE_DIR"] = str(Path(value) / "uv")
        elif option in ("no-index", "no-cache-dir"):
            said.arguments += _flag(option.removesuffix("-dir"), value)
        else:
            raise Unknown(f"pip is configured with {option}, which uv does not know")
    return said


def _flag(name: str, value: str) -> list[str]:
    return [f"--{name}"] if value.lower() in YES else []
