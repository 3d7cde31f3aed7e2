"""The version of an API server."""

import msgspec

from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.http.decoding import decode
from netbox_hedgehog.cluster.http.transport import Transport

__all__ = ("Version", "version")


class Version(msgspec.Struct, frozen=True, rename="camel"):
    """``git_version`` is what people call the version: v1.33.2+k3s1."""

    git_version: str
    major: str = ""
    minor: str = ""
    platform: str = ""

    def __str__(self) -> str:
        return self.git_version


def version(transport: Transport) -> Version:
    """Ask for the version.

    Raises:
        ClusterError: With the code not_kubernetes if the answer is none.
    """
    return decode(transport, "/version", transport.get("/version"), Version, ErrorCode.NOT_KUBERNETES)
