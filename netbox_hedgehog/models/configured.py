"""What the rules of credentials and the removal of a fabric need of the fabric's row."""

from datetime import datetime
from typing import Any, ClassVar, Protocol

__all__ = ("ConfiguredFabric",)


class ConfiguredFabric(Protocol):
    """A fabric's row as far as its address and credential go. ``Fabric`` implements it, and imports what takes it."""

    _base_manager: ClassVar[Any]  # which Django gives every model
    pk: int
    name: str
    api_url: str
    ca_certificate: str
    credential_kind: str
    credential_file: str
    credential_data: str
    credential_set: datetime | None

    def set_credential(self, **parts: str) -> None:
        """Seal a credential's parts into the row."""
