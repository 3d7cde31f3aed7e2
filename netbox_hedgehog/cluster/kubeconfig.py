"""Kubeconfig files: the current context's cluster and user, as a target."""

import base64
import binascii
from pathlib import Path
from typing import Any

from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.credentials import ClientCertificate, Credential, Token, TokenFile
from netbox_hedgehog.cluster.errors import ClusterError
from netbox_hedgehog.cluster.exec import ExecPlugin
from netbox_hedgehog.cluster.target import Target
from netbox_hedgehog.manifests import ManifestError, from_yaml

__all__ = ("parse_kubeconfig", "read_kubeconfig")

LARGEST = 1024 * 1024  # bytes


def read_kubeconfig(path: str | Path, *, allow_exec: bool = False, context: str | None = None) -> Target:
    """The target that the file at PATH describes; files that it names are looked for beside it."""
    path = Path(path)
    return parse_kubeconfig(_text(path, "kubeconfig"), base_dir=path.parent, allow_exec=allow_exec, context=context)


def parse_kubeconfig(
    text: str, *, base_dir: str | Path | None = None, allow_exec: bool = False, context: str | None = None
) -> Target:
    """The target that a kubeconfig's TEXT describes, in its current context or CONTEXT.

    With BASE_DIR, files that it names are read, from there where their path is relative; without, they are refused:
    pasted text must not choose what is read on the server. Programs to run (``exec``) are refused unless ALLOW_EXEC.
    Raises ClusterError: kubeconfig_invalid, credential_invalid or credential_exec_refused.
    """
    config = _Entry(_parsed(text), "kubeconfig", None if base_dir is None else Path(base_dir))
    chosen = config.named("context", _context_name(config, context))
    cluster = config.named("cluster", chosen.text("cluster") or "")
    user = chosen.text("user")
    server = cluster.text("server")
    if not server:
        raise _invalid(f"{cluster.where}: there is no server.")
    ca_pem = cluster.pem("certificate-authority")
    verify = cluster.values.get("insecure-skip-tls-verify") is not True
    return Target(
        server=server,
        ca_pem=ca_pem,
        credential=_credential(config.named("user", user), allow_exec, server, ca_pem) if user else None,
        tls_server_name=cluster.text("tls-server-name"),
        verify=verify,
        namespace=chosen.text("namespace"),
        proxy_url=cluster.text("proxy-url"),
        compression=cluster.values.get("disable-compression") is not True,
    )


def _credential(user: "_Entry", allow_exec: bool, server: str, ca_pem: str | None) -> Credential | None:
    """As whom; where there is more than one way, the one that the API server looks at first."""
    if "auth-provider" in user.values:
        raise ClusterError(
            ErrorCode.CREDENTIAL_EXEC_REFUSED,
            f"{user.where}: auth-provider is not supported; Kubernetes itself removed it in version 1.26.",
            hint="Make a service account for NetBox and use its token.",
        )
    if "exec" in user.values:
        if not allow_exec:
            raise ClusterError(
                ErrorCode.CREDENTIAL_EXEC_REFUSED, f"{user.where}: exec would run a program on this host."
            )
        return ExecPlugin.of(user.mapping("exec"), user.where, server, ca_pem)
    certificate, key = user.pem("client-certificate"), user.pem("client-key")
    if certificate or key:
        if not (certificate and key):
            raise _invalid(f"{user.where}: client-certificate and client-key go together, and one is missing.")
        return ClientCertificate(certificate, key)
    if token := user.text("token"):
        return Token(token)
    if name := user.text("tokenFile"):
        return TokenFile(user.file("tokenFile", name))
    if "username" in user.values or "password" in user.values:
        raise ClusterError(
            ErrorCode.CREDENTIAL_INVALID,
            f"{user.where}: Kubernetes no longer takes a user name and password.",
            hint="Make a service account for NetBox and use its token.",
        )
    return None


class _Entry:
    """A mapping in the kubeconfig. WHERE names it in messages, which never show its values."""

    def __init__(self, values: Any, where: str, base_dir: Path | None) -> None:
        if not isinstance(values, dict):
            raise _invalid(f"{where}: this is not a mapping.")
        self.values: dict[str, Any] = values
        self.where = where
        self.base_dir = base_dir

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            raise _invalid(f"{self.where}: {key} is not a text; put it in quotes.")
        return value or None

    def mapping(self, key: str) -> dict[str, Any]:
        return _Entry(self.values[key], f"{self.where}, {key}", self.base_dir).values

    def named(self, kind: str, name: str) -> "_Entry":
        """The entry NAME among the contexts, clusters or users."""
        entries = self.values.get(f"{kind}s")
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("name") == name:
                return _Entry(entry.get(kind) or {}, f"{kind} {name!r}", self.base_dir)
        raise _invalid(f"There is no {kind} named {name!r}.")

    def pem(self, key: str) -> str | None:
        """What KEY-data holds, or else the file that KEY names."""
        if data := self.text(f"{key}-data"):
            try:
                return base64.b64decode("".join(data.split()), validate=True).decode("ascii")
            except (binascii.Error, ValueError):
                raise _invalid(f"{self.where}: {key}-data is not a PEM text in base64.") from None
        if name := self.text(key):
            return _text(self.file(key, name), key)
        return None

    def file(self, key: str, name: str) -> Path:
        if self.base_dir is None:
            raise _invalid(f"{self.where}: {key} names a file, which NetBox does not read for a pasted kubeconfig.")
        return self.base_dir / name


def _parsed(text: str) -> dict[str, Any]:
    try:
        documents = from_yaml(text)
    except ManifestError as error:
        raise _invalid(f"Not YAML: {error}") from None
    if len(documents) != 1:
        raise _invalid("The text is empty." if not documents else "The text has more than one document.")
    return documents[0]


def _context_name(config: _Entry, context: str | None) -> str:
    if name := context or config.text("current-context"):
        return name
    contexts = config.values.get("contexts")
    if isinstance(contexts, list) and len(contexts) == 1 and isinstance(contexts[0], dict):
        return str(contexts[0].get("name"))
    raise _invalid("There is no current-context, and not exactly one context.")


def _text(path: Path, what: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LARGEST + 1)
    except UnicodeDecodeError:
        raise _invalid(f"{what} {path}: not a text file") from None
    except OSError as error:
        hint = f"Make sure that the file is there and that the user of NetBox's worker can read it: {path}"
        raise ClusterError(ErrorCode.KUBECONFIG_INVALID, f"{what} {path}: {error.strerror}", hint=hint) from None
    if len(text) > LARGEST:
        raise _invalid(f"{what} {path}: larger than {LARGEST:,} bytes")
    return text


def _invalid(message: str) -> ClusterError:
    return ClusterError(ErrorCode.KUBECONFIG_INVALID, message)
