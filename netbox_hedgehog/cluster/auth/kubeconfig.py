"""Reads kubeconfig files: the cluster and user of a context, as a target. The rules are in ``kubeconfig_keys``."""

import base64
from pathlib import Path
from typing import Any

from netbox_hedgehog.cluster.auth.credentials import ClientCertificate, Combined, Credential, Token, TokenFile
from netbox_hedgehog.cluster.auth.exec_plugin import ExecPlugin
from netbox_hedgehog.cluster.auth.impersonation import Impersonation
from netbox_hedgehog.cluster.auth.kubeconfig_entry import Entry, config_of, file_bytes, invalid
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.manifests import to_yaml

__all__ = ("minified", "parse_kubeconfig", "read_kubeconfig")

# What a kubeconfig may take from a file or, with -data behind the key, hold itself.
_FILES = ("certificate-authority", "client-certificate", "client-key")
_EXEC_EXTENSION = "client.authentication.k8s.io/exec"


def read_kubeconfig(path: str | Path, *, allow_exec: bool = False, context: str | None = None) -> Target:
    """Read a kubeconfig file; files that it names are looked up beside it.

    Args:
        path: The file.
        allow_exec: Whether it may name a program to run for a credential.
        context: The context to use; None for its current one.

    Raises:
        ClusterError: As from ``parse_kubeconfig``, or the file cannot be read.
    """
    path = Path(path)
    return parse_kubeconfig(_text(path), base_dir=path.parent, allow_exec=allow_exec, context=context)


def parse_kubeconfig(
    text: str, *, base_dir: str | Path | None = None, allow_exec: bool = False, context: str | None = None
) -> Target:
    """Read the text of a kubeconfig.

    Args:
        text: The kubeconfig.
        base_dir: Where relative paths of files begin. None if the text was pasted: then files are refused, since pasted
            text must not choose what is read on the server.
        allow_exec: Whether it may name a program to run for a credential.
        context: The context to use; None for its current one.

    Returns:
        Where to connect, and with which credential.

    Raises:
        ClusterError: With the code kubeconfig_invalid, credential_invalid or credential_exec_refused.
    """
    config = config_of(text, None if base_dir is None else Path(base_dir))
    chosen = config.named("context", _context_name(config, context))
    cluster = config.named("cluster", chosen.text("cluster") or "")
    name = chosen.text("user")
    user = config.named("user", name) if name else None
    server = cluster.text("server")
    if not server:
        raise invalid(f"{cluster.where}: there is no server.")
    ca_pem = cluster.pem("certificate-authority")
    verify = not cluster.flag("insecure-skip-tls-verify")
    if ca_pem and not verify:
        raise invalid(
            f"{cluster.where}: insecure-skip-tls-verify is true beside a certificate authority; leave one of them out."
        )
    return Target(
        server=server,
        ca_pem=ca_pem,
        credential=_credential(user, allow_exec, cluster, ca_pem) if user else None,
        tls_server_name=cluster.text("tls-server-name"),
        verify=verify,
        namespace=chosen.text("namespace"),
        proxy_url=cluster.text("proxy-url"),
        compression=not cluster.flag("disable-compression"),
        impersonate=_impersonation(user) if user else None,
    )


def minified(text: str, *, base_dir: Path, context: str | None = None) -> str:
    """Reduce a kubeconfig to one context, with the content of the files that it names.

    The result is that of ``kubectl config view --minify --flatten --raw``.

    Args:
        text: The kubeconfig.
        base_dir: Where relative paths of files begin.
        context: The context to keep; None for its current one.

    Raises:
        ClusterError: With the code kubeconfig_invalid.
    """
    config = config_of(text, base_dir)
    if context and context not in (names := _names(config)):
        hint = f"Contexts: {', '.join(sorted(names))}" if names else "The file has no contexts."
        message = f"There is no context called {context} in the kubeconfig."
        raise ClusterError(ErrorCode.KUBECONFIG_INVALID, message, hint=hint)
    name = _context_name(config, context)
    chosen = config.named("context", name)
    small: dict[str, Any] = {"apiVersion": "v1", "kind": "Config", "current-context": name}
    small["contexts"] = [{"name": name, "context": chosen.values}]
    for part in ("cluster", "user"):
        wanted = chosen.text(part)
        entries = [{"name": wanted, part: _with_files(config.named(part, wanted))}] if wanted else []
        small[f"{part}s"] = entries
    return to_yaml(small)


def _credential(user: Entry, allow_exec: bool, cluster: Entry, ca_pem: str | None) -> Credential | None:
    """The user's credential. A certificate and a token are both sent; a program runs only if there is neither.

    This is kubectl's order.
    """
    user.refuse()
    program = user.inner("exec", "ExecConfig") if user.has("exec") else None
    certificate, token = _certificate(user), _token(user)
    if certificate and token:
        return Combined(token, certificate)
    if certificate or token or program is None:
        return certificate or token
    if not allow_exec:
        raise ClusterError(ErrorCode.CREDENTIAL_EXEC_REFUSED, f"{user.where}: exec would run a program on this host.")
    values, server = program.values, cluster.text("server") or ""
    return ExecPlugin.of(values, user.where, server, ca_pem, base_dir=user.base_dir, more=_cluster_info(cluster))


def _certificate(user: Entry) -> ClientCertificate | None:
    certificate, key = user.pem("client-certificate"), user.pem("client-key")
    if bool(certificate) != bool(key):
        raise invalid(f"{user.where}: client-certificate and client-key go together, and one is missing.")
    return ClientCertificate(certificate, key) if certificate and key else None


def _token(user: Entry) -> Token | TokenFile | None:
    token = user.text("token")
    if name := user.text("tokenFile"):
        return TokenFile(user.file("tokenFile", name), fallback=Token(token).value if token else None)
    return Token(token) if token else None


def _impersonation(user: Entry) -> Impersonation | None:
    extra = {name: tuple(values) for name, values in (user.values.get("as-user-extra") or {}).items() if values}
    groups = tuple(user.values.get("as-groups") or ())
    name, uid = user.text("as"), user.text("as-uid")
    if not name:
        if uid or groups or extra:
            raise invalid(f"{user.where}: as-uid, as-groups and as-user-extra are of no use without as.")
        return None
    return Impersonation(name, uid, groups, tuple(extra.items()))


def _cluster_info(cluster: Entry) -> dict[str, Any]:
    """What an exec program may learn of the cluster beside its address and CA."""
    told = {
        key: cluster.values[key]
        for key in ("tls-server-name", "insecure-skip-tls-verify", "proxy-url", "disable-compression")
        if cluster.values.get(key)
    }
    for each in cluster.values.get("extensions") or ():
        extension = Entry(each, "NamedExtension", f"{cluster.where}, extensions", cluster.base_dir)
        if extension.text("name") == _EXEC_EXTENSION and extension.has("extension"):
            told["config"] = extension.values["extension"]
    return told


def _with_files(entry: Entry) -> dict[str, Any]:
    """An entry's values with the content of the files that it names, and with the full path of its program."""
    values = dict(entry.values)
    for key in _FILES:
        if (name := entry.text(key)) and not entry.text(f"{key}-data"):
            del values[key]
            values[f"{key}-data"] = base64.b64encode(file_bytes(entry.file(key, name), key)).decode()
    if entry.type == "AuthInfo" and entry.has("exec"):
        program = dict(entry.inner("exec", "ExecConfig").values)
        if "/" in (command := program.get("command") or ""):
            program["command"] = str(entry.file("exec", command))
        values["exec"] = program
    return values


def _names(config: Entry) -> set[str]:
    contexts = config.values.get("contexts")
    entries = contexts if isinstance(contexts, list) else []
    return {str(each.get("name") or "") for each in entries if isinstance(each, dict)}


def _context_name(config: Entry, context: str | None) -> str:
    if name := context or config.text("current-context"):
        return name
    if len(names := _names(config)) == 1 and len(config.values["contexts"]) == 1:
        return names.pop()
    raise invalid("There is no current-context, and not exactly one context.")


def _text(path: Path) -> str:
    try:
        return file_bytes(path, "kubeconfig").decode("utf-8")
    except UnicodeDecodeError:
        raise invalid(f"kubeconfig {path}: not a text file") from None
