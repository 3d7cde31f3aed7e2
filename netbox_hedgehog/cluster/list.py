"""Listing a kind's objects, page by page, without parsing them."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from netbox_hedgehog.cluster.answers import decode
from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.errors import ClusterError
from netbox_hedgehog.cluster.resource import Resource
from netbox_hedgehog.cluster.transport import Transport

__all__ = ("Page", "pages")


class Page(NamedTuple):
    """Some of a kind's objects. ``remaining``: how many the server says are left after this page, if it says.

    Each item is the JSON of one object as a view into the page's buffer: while one item is kept, so is the whole page.
    ``bytes(item)`` or ``item.copy()`` makes an item that stands alone.
    """

    items: list[msgspec.Raw]
    resource_version: str
    remaining: int | None


class _Metadata(msgspec.Struct, rename="camel"):
    resource_version: str = ""
    continue_: str = msgspec.field(default="", name="continue")
    remaining_item_count: int | None = None


Again = Callable[[ClusterError], bool]


def _never(_error: ClusterError) -> bool:
    return False


class _List(msgspec.Struct):
    kind: str
    metadata: _Metadata
    items: list[msgspec.Raw] | None


def pages(
    transport: Transport, resource: Resource, namespace: str | None, limit: int, name: str = "", again: Again = _never
) -> Iterator[Page]:
    """The pages of RESOURCE in NAMESPACE (None: in all), of at most LIMIT objects each; with a NAME, only those of it.

    All pages are of one moment. Only when the iteration has ended by itself was the list complete: a ClusterError in
    between (``expired`` where the continue token ran out) means that nothing is known of what was not yet served.
    AGAIN is told why a page was refused, and says whether to ask for it once more.
    """
    path = resource.path(namespace)
    token = ""
    selected = {"fieldSelector": f"metadata.name={name}"} if name else {}
    while True:
        query = {"limit": str(limit)} | selected | ({"continue": token} if token else {})
        try:
            found = decode(transport, path, transport.get(path, query), _List)
        except ClusterError as error:
            if again(error):
                continue
            raise
        if not found.kind.endswith("List") or found.items is None:
            message = (
                f"{path}: a {found.kind} without items"
                if found.items is None
                else f"{path}: a {found.kind}, not a list"
            )
            raise ClusterError(ErrorCode.BAD_ANSWER, message, facts={**transport.target.facts, "path": path})
        metadata = found.metadata
        yield Page(found.items, metadata.resource_version, metadata.remaining_item_count)
        if not metadata.continue_:
            return
        if metadata.continue_ == token:
            message = f"{path}: the server sent the same continue token twice"
            raise ClusterError(ErrorCode.BAD_ANSWER, message, facts={**transport.target.facts, "path": path})
        token = metadata.continue_
