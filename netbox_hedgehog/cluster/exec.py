"""Credentials from a program: the exec plugins of kubeconfig files (client.authentication.k8s.io)."""

import base64
import os
import subprocess
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.credentials import ClientCertificate, Token
from netbox_hedgehog.cluster.errors import ClusterError

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
    """Runs a program for a token or a client certificate, and again when that ends or the server says 401."""

    config: _Config = field(repr=False)
    where: str
    cluster: dict[str, Any] = field(repr=False)
    _given: _Given | None = field(default=None, init=False, repr=False)

    @classmethod
    def of(cls, values: dict[str, Any], where: str, server: str, ca_pem: str | None) -> "ExecPlugin":
        """The plugin that VALUES, a kubeconfig user's ``exec``, describe; raises ClusterError if it is unusable."""
        try:
            config = msgspec.convert(values, _Config)
        except msgspec.ValidationError as error:
            raise ClusterError(ErrorCode.KUBECONFIG_INVALID, f"{where}, exec: {error}") from None
        if config.api_version not in _VERSIONS:
            message = f"{where}, exec: {config.api_version} is not supported; {' and '.join(_VERSIONS)} are."
            raise ClusterError(ErrorCode.KUBECONFIG_INVALID, message)
        if config.interactive_mode == "Always":
            message = f"{where}, exec: the program wants to talk to a person (interactiveMode: Always)."
            raise ClusterError(
                ErrorCode.CREDENTIAL_INVALID, message, hint="Use a credential that needs nobody at the keyboard."
            )
        cluster = {"server": server} | (
            {"certificate-authority-data": base64.b64encode(ca_pem.encode()).decode()} if ca_pem else {}
        )
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
        command = [self.config.command, *(self.config.args or ())]
        env = os.environ | {variable.name: variable.value for variable in self.config.env or ()}
        env["KUBERNETES_EXEC_INFO"] = msgspec.json.encode(self._request()).decode()
        try:
            # Run only where NetBox's administrator turned on exec credentials; no shell is involved.
            done = subprocess.run(  # noqa: S603
                command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False
            )
        except OSError as error:
            raise self._error(f"{self.config.command}: {error.strerror}", self.config.install_hint) from None
        except subprocess.TimeoutExpired:
            raise self._error(f"{self.config.command} did not end within {TIMEOUT:g} s.") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[-500:]
            raise self._error(f"{self.config.command} failed with status {done.returncode}: {said}")
        try:
            given = msgspec.json.decode(done.stdout, type=_ExecCredential)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise self._error(f"{self.config.command} printed no ExecCredential.") from None
        if given.api_version != self.config.api_version:
            raise self._error(
                f"{self.config.command} answered in {given.api_version}, asked for {self.config.api_version}."
            )
        return given.status

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
