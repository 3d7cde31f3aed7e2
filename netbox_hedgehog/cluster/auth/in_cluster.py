"""The credential of a NetBox that runs in a pod of the cluster itself."""

import os
from pathlib import Path

from netbox_hedgehog.cluster.auth.credentials import TokenFile
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("in_cluster",)

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def in_cluster(account: Path = ACCOUNT) -> Target:
    """Read the target that Kubernetes describes to each pod, with the pod's service account.

    Args:
        account: The directory of the service account.

    Raises:
        ClusterError: With the code credential_invalid, outside of a pod or in one without a token.
    """
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    if not host:
        raise _outside("KUBERNETES_SERVICE_HOST is not set: this worker does not run in a pod.")
    token = TokenFile(account / "token")
    token.token()  # says now, rather than at the first request, that there is none
    try:
        ca_pem = (account / "ca.crt").read_text(
            encoding="latin-1"
        )  # text around the certificate may be of any encoding
    except OSError as error:
        raise _outside(f"{account / 'ca.crt'}: {error.strerror}") from None
    namespace = account / "namespace"
    return Target(
        server=f"https://{f'[{host}]' if ':' in host else host}:{port}",
        ca_pem=ca_pem,
        credential=token,
        namespace=namespace.read_text(encoding="utf-8", errors="replace").strip() if namespace.is_file() else None,
    )


def _outside(message: str) -> ClusterError:
    return ClusterError(
        ErrorCode.CREDENTIAL_INVALID,
        message,
        hint="Run NetBox's worker in a pod of the fabric's cluster with a service account, or use another credential.",
    )
