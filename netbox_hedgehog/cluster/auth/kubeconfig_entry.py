"""The mappings of a kubeconfig, checked against client-go's types."""

import base64
import binascii
from pathlib import Path
from typing import Any

from netbox_hedgehog.cluster.auth.kubeconfig_keys import KEYS, Form, Treatment
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.manifests import ManifestError, from_yaml

__all__ = ("Entry", "config_of", "file_bytes", "invalid")

LARGEST = 1024 * 1024  # bytes
_TYPES = {"cluster": "Cluster", "user": "AuthInfo", "context": "Context"}
_LISTS = ("clusters", "users", "contexts")  # held to their form where one of them is looked for
_ACCOUNT_HINT = "Make a service account for NetBox and use its token."


class Entry:
    """A mapping of a kubeconfig. Keys that client-go does not know are ignored, as client-go does.

    Attributes:
        values: The mapping.
        type: The name of client-go's type, such as ``AuthInfo``.
        where: How messages name it; they never show its values.
        base_dir: Where relative paths of files begin; None if files are refused.

    Raises:
        ClusterError: With the code kubeconfig_invalid, if a key has a form that kubectl cannot read either.
    """

    def __init__(self, values: Any, type_: str, where: str, base_dir: Path | None) -> None:
        if not isinstance(values, dict):
            raise invalid(f"{where}: this is not a mapping.")
        self.values: dict[str, Any] = values
        self.type = type_
        self.where = where
        self.base_dir = base_dir
        for key in KEYS[type_]:
            if not key.fits(values.get(key.name)) and key.name not in _LISTS:
                raise invalid(f"{where}: {key.name} is not {key.form}.")

    def refuse(self) -> None:
        """Check that no key is given that is always refused.

        Raises:
            ClusterError: One is given.
        """
        for key in KEYS[self.type]:
            value = self.values.get(key.name)
            # An empty text is none to client-go; an empty mapping is one.
            if key.treatment is Treatment.REFUSED and value is not None and value != "":
                code = (
                    ErrorCode.CREDENTIAL_EXEC_REFUSED if key.name == "auth-provider" else ErrorCode.CREDENTIAL_INVALID
                )
                raise ClusterError(code, f"{self.where}, {key.name}: {key.words}", hint=_ACCOUNT_HINT)

    def text(self, key: str) -> str | None:
        return self.values.get(key) or None

    def flag(self, key: str) -> bool:
        return self.values.get(key) is True

    def has(self, key: str) -> bool:
        """Whether a key is given: null counts as left out, an empty mapping does not."""
        return self.values.get(key) is not None

    def inner(self, key: str, type_: str) -> "Entry":
        return Entry(self.values[key], type_, f"{self.where}, {key}", self.base_dir)

    def named(self, kind: str, name: str) -> "Entry":
        """Find an entry by its name among the contexts, clusters or users."""
        named = {"cluster": "NamedCluster", "user": "NamedAuthInfo", "context": "NamedContext"}[kind]
        found: dict[str, Any] = {}
        entries = self.values.get(f"{kind}s") or []
        if not isinstance(entries, list):
            raise invalid(f"There is no {kind} named {name!r}: {kind}s is not {Form.LIST}.")
        for each in entries:
            entry = Entry(each, named, f"one of the {kind}s", self.base_dir)
            own = entry.values.get("name") or ""
            if own in found:
                raise invalid(f"There are two {kind}s named {own!r}.")
            found[own] = entry.values.get(kind) or {}
        if name not in found:
            raise invalid(f"There is no {kind} named {name!r}.")
        return Entry(found[name], _TYPES[kind], f"{kind} {name!r}", self.base_dir)

    def pem(self, key: str) -> str | None:
        """The content of ``KEY-data``, or of the file that the key names.

        Decoded as Latin-1, a character a byte, because text around a certificate can be in any encoding.
        """
        data, name = self.text(f"{key}-data"), self.text(key)
        if data and name:
            raise invalid(f"{self.where}: {key}-data and {key} are both given; leave one of them out.")
        if data:
            try:
                return base64.b64decode("".join(data.split()), validate=True).decode("latin-1")
            except (binascii.Error, ValueError):
                raise invalid(f"{self.where}: {key}-data is not a PEM text in base64.") from None
        return file_bytes(self.file(key, name), key).decode("latin-1") if name else None

    def file(self, key: str, name: str) -> Path:
        if self.base_dir is None:
            raise invalid(f"{self.where}: {key} names a file, which NetBox does not read for a pasted kubeconfig.")
        return self.base_dir / name


def config_of(text: str, base_dir: Path | None) -> Entry:
    """Parse a kubeconfig as kubectl does.

    Raises:
        ClusterError: It is not one document of the kind Config.
    """
    try:
        documents = from_yaml(text)
    except ManifestError as error:
        raise invalid(f"Not YAML: {error}") from None
    if len(documents) != 1:
        raise invalid("The text is empty." if not documents else "The text has more than one document.")
    entry = Entry(documents[0], "Config", "kubeconfig", base_dir)
    for key, only in (("apiVersion", "v1"), ("kind", "Config")):
        if (given := entry.text(key) or only) != only:
            raise invalid(f"kubeconfig: its {key} is {given}, not {only}.")
    return entry


def file_bytes(path: Path, what: str) -> bytes:
    """Read a file of at most ``LARGEST`` bytes.

    Raises:
        ClusterError: It cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: no file can have that name
        reason = getattr(error, "strerror", None) or str(error)
        hint = f"Make sure that the file is there and that the user of NetBox's worker can read it: {path}"
        raise ClusterError(ErrorCode.KUBECONFIG_INVALID, f"{what} {path}: {reason}", hint=hint) from None
    if len(content) > LARGEST:
        raise invalid(f"{what} {path}: larger than {LARGEST:,} bytes")
    return content


def invalid(message: str) -> ClusterError:
    return ClusterError(ErrorCode.KUBECONFIG_INVALID, message)
