"""The part of a kubeconfig that one context needs, with the files that it names taken in: nothing else is stored."""

import base64
from pathlib import Path
from typing import Any

import yaml

from netbox_hedgehog.management.hedgehog_sync.output import Exit, Stop

__all__ = ("one_context", "read")

# Where a kubeconfig may name a file, and the key under which its content stands in the text itself.
FILES = {
    "certificate-authority": "certificate-authority-data",
    "client-certificate": "client-certificate-data",
    "client-key": "client-key-data",
}


def read(name: str) -> str:
    """The text of the file NAME; raises Stop."""
    try:
        return Path(name).expanduser().read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise Stop(
            Exit.USAGE, f"{name} cannot be read: {reason}.", "Name a kubeconfig file.", "kubeconfig_invalid"
        ) from error


def one_context(text: str, context: str | None, directory: Path) -> str:
    """TEXT with nothing but CONTEXT (or its current one); files named in it are relative to DIRECTORY.

    Text that is no kubeconfig is given back as it is: who parses it tells what is wrong.
    """
    try:
        config = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    if not isinstance(config, dict):
        return text
    contexts = _named(config, "contexts")
    wanted = context or config.get("current-context") or ""
    if context and context not in contexts:
        hint = f"Contexts: {', '.join(sorted(contexts))}" if contexts else "The file has no contexts."
        raise Stop(Exit.USAGE, f"There is no context called {context} in the kubeconfig.", hint, "kubeconfig_invalid")
    if wanted not in contexts:
        return text
    detail = contexts[wanted].get("context")
    detail = detail if isinstance(detail, dict) else {}
    config["current-context"] = wanted
    config["contexts"] = [contexts[wanted]]
    for part, section in (("cluster", "clusters"), ("user", "users")):
        entries = _named(config, section)
        name = detail.get(part)
        config[section] = [_with_files(entries[name], part, directory)] if name in entries else []
    return yaml.safe_dump(config, sort_keys=False)


def _named(config: dict[str, Any], section: str) -> dict[str, dict[str, Any]]:
    entries = config.get(section)
    listed = [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    return {each["name"]: each for each in listed if isinstance(each.get("name"), str)}


def _with_files(entry: dict[str, Any], part: str, directory: Path) -> dict[str, Any]:
    """ENTRY with the content of the files that it names."""
    detail = entry.get(part)
    if not isinstance(detail, dict):
        return entry
    detail = dict(detail)
    for key, inline in FILES.items():
        if not detail.get(key) or detail.get(inline):
            continue
        path = directory / str(detail.pop(key))
        try:
            detail[inline] = base64.b64encode(path.read_bytes()).decode()
        except OSError as error:
            raise Stop(
                Exit.USAGE,
                f"The kubeconfig names {path} as its {key}, which cannot be read: {error.strerror}.",
                "Put the file there, or use a kubeconfig with the content in it (kubectl config view --raw --flatten).",
                "kubeconfig_invalid",
            ) from error
    return {**entry, part: detail}
