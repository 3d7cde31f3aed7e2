"""Credentials from a program: the exec plugins of kubeconfig files (client.authentication.k8s.io)."""

import base64
import os
import shutil
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from netbox_hedgehog.cluster.auth.credentials import ClientCertificate, Token
from netbox_hedgehog.cluster.auth.program import Ended, run
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("ExecPlugin",)

TIMEOUT = 30.0  # seconds
EARLY = 30.0  # seconds before its end that a credential is taken for ended
_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")


class _Variable(msgspec.Struct):
    name: str
    value: str


class _Config(msgspec.Struct, rename="camel"):
    command: str
    api_version: str
    args: list[str] | None = None
    env: list[_Variable] | None = None
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = "IfAvailable"


class _Given(msgspec.Struct, rename="camel"):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: datetime | None = None


class _ExecCredential(msgspec.Struct, rename="camel"):
    api_version: str
    status: _Given


@dataclass
class ExecPlugin:
    """Runs a program for a token or a client certificate, and again when that expires or the server answers 401."""

    config: _Config = field(repr=False)
    where: str
    cluster: dict[str, Any] = field(repr=False)
    _given: _Given | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(
        cls,
        values: dict[str, Any],
        where: str,
        server: str,
        ca_pem: str | None,
        *,
        base_dir: Path | None = None,
        more: dict[str, Any] | None = None,
    ) -> "ExecPlugin":
        """Make the plugin that a kubeconfig user's ``exec`` describes.

        Args:
            values: The mapping below ``exec``.
            where: How messages name it.
            server: The cluster's address, for programs that ask for it.
            ca_pem: The cluster's CA, likewise.
            base_dir: Where relative paths begin; None for pasted text.
            more: What else of the cluster to pass to programs that ask for it.

        Raises:
            ClusterError: It cannot be used.
        """
        try:
            config = msgspec.convert({key: value for key, value in values.items() if value is not None}, _Config)
        except msgspec.ValidationError as error:
            raise ClusterError(ErrorCode.KUBECONFIG_INVALID, f"{where}, exec: {error}") from None
        if config.api_version not in _VERSIONS:
            message = f"{where}, exec: {config.api_version} is not supported; {' and '.join(_VERSIONS)} are."
            raise ClusterError(ErrorCode.KUBECONFIG_INVALID, message)
        _check_mode(config.interactive_mode or "IfAvailable", where)
        config.command = _located(config.command, where, base_dir)
        if not all(variable.name for variable in config.env or ()):
            raise ClusterError(ErrorCode.KUBECONFIG_INVALID, f"{where}, exec: a variable in env has no name.")
        cluster = {"server": server} | (more or {})
        if ca_pem:
            cluster["certificate-authority-data"] = base64.b64encode(ca_pem.encode("latin-1", "replace")).decode()
        return cls(config, where, cluster)

    def token(self) -> str | None:
        given = self._current()
        return Token(given.token).value if given.token else None

    def certificate(self) -> ClientCertificate | None:
        given = self._current()
        if given.client_certificate_data and given.client_key_data:
            return ClientCertificate(given.client_certificate_data, given.client_key_data)
        return None

    def refresh(self) -> bool:
        self._given = None
        return True

    def _current(self) -> _Given:
        ends = self._given.expiration_timestamp if self._given else None
        if self._given is None or (ends and ends.timestamp() < time.time() + EARLY):
            self._given = self._run()
        return self._given

    def _run(self) -> _Given:
        program = self.config.command
        env = os.environ | {variable.name: variable.value for variable in self.config.env or ()}
        env["KUBERNETES_EXEC_INFO"] = msgspec.json.encode(self._request()).decode()
        # Looked for with the worker's own PATH, as client-go does, whatever PATH the program itself is given.
        found = shutil.which(program)
        if found is None:
            raise self._error(f"{program}: No such file or directory, or it may not be run", self.config.install_hint)
        try:
            ended = run([found, *(self.config.args or ())], env, TIMEOUT)
        except (OSError, ValueError) as error:  # ValueError: no program can be given such arguments
            raise self._error(f"{program}: {getattr(error, 'strerror', None) or error}") from None
        if ended.status is None:
            raise self._error(f"{program} did not end within {TIMEOUT:g} s.")
        if ended.status:
            said = ended.errors.decode("utf-8", "replace").strip()[-500:]
            raise self._error(f"{program} failed with status {ended.status}: {said}")
        return self._given_by(ended)

    def _given_by(self, ended: Ended) -> _Given:
        program = self.config.command
        try:
            answer = msgspec.json.decode(ended.output, type=_ExecCredential)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._error(f"{program} printed no ExecCredential.") from None
        if answer.api_version != self.config.api_version:
            raise self._error(f"{program} answered in {answer.api_version}, asked for {self.config.api_version}.")
        given = answer.status
        if bool(given.client_certificate_data) != bool(given.client_key_data):
            raise self._error(f"{program} gave a client certificate without its key, or a key alone.")
        if not given.token and not given.client_certificate_data:
            raise self._error(f"{program} gave neither a token nor a client certificate.")
        return given

    def _request(self) -> dict[str, Any]:
        spec: dict[str, Any] = {"interactive": False}
        if self.config.provide_cluster_info:
            spec["cluster"] = self.cluster
        return {"apiVersion": self.config.api_version, "kind": "ExecCredential", "spec": spec}

    def _error(self, message: str, hint: str = "") -> ClusterError:
        hint = (
            hint
            or f"Run the program as the user of NetBox's worker; it must print an ExecCredential within {TIMEOUT:g} s."
        )
        return ClusterError(ErrorCode.CREDENTIAL_INVALID, f"{self.where}, exec: {message}", hint=hint)


def _check_mode(mode: str, where: str) -> None:
    if mode == "Always":
        message = f"{where}, exec: the program wants to talk to a person (interactiveMode: Always)."
        raise ClusterError(
            ErrorCode.CREDENTIAL_INVALID, message, hint="Use a credential that needs nobody at the keyboard."
        )
    if mode not in ("Never", "IfAvailable"):
        message = f"{where}, exec: interactiveMode is neither Never, IfAvailable nor Always."
        raise ClusterError(ErrorCode.KUBECONFIG_INVALID, message)


def _located(command: str, where: str, base_dir: Path | None) -> str:
    """Resolve a relative path beside the kubeconfig; a bare name is looked up on the PATH."""
    if not command:
        raise ClusterError(ErrorCode.KUBECONFIG_INVALID, f"{where}, exec: there is no command.")
    if "/" not in command or command.startswith("/"):
        return command
    if base_dir is None:
        message = (
            f"{where}, exec: a relative command is looked for beside the kubeconfig, and pasted text has no place."
        )
        raise ClusterError(ErrorCode.KUBECONFIG_INVALID, message, hint="Give the program's whole path.")
    return str(base_dir.absolute() / command)
