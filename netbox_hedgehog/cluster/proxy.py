"""A proxy between NetBox's workers and an API server."""

from dataclasses import dataclass, field

from netbox_hedgehog.cluster.host import in_url

__all__ = ("Proxy",)


@dataclass(frozen=True)
class Proxy:
    """A proxy between NetBox's workers and an API server.

    Attributes:
        scheme: http or https.
        host: Its host.
        port: Its port.
        authorization: The value of the Proxy-Authorization header; None if the URL has no login.
    """

    scheme: str
    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The address without the login."""
        return f"{self.scheme}://{in_url(self.host)}:{self.port}"

    @property
    def facts(self) -> dict[str, object]:
        """What an error's hint may name."""
        return {"host": self.host, "port": self.port, "url": self.url}

    def __str__(self) -> str:
        return f"{in_url(self.host)}:{self.port}"
