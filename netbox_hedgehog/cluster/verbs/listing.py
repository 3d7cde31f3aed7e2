"""Lists the objects of a kind page by page, without parsing them."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.http.decoding import decode
from netbox_hedgehog.cluster.http.json_outline import parts
from netbox_hedgehog.cluster.http.transport import Answer, Transport
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource

__all__ = ("Page", "pages")


LONGEST_VERSION = 64  # characters; etcd's have up to 19
_COUNT = re.compile(rb"[1-9][0-9]{0,8}")  # nobody has more, and a bar that waits for more would never move


class Page(NamedTuple):
    """Some objects of a kind.

    Attributes:
        items: The JSON of each object, or what stands in its place. An item is a view into the page's buffer and keeps
            the whole page in memory; ``bytes(item)`` makes an independent copy.
        resource_version: The version of the list.
        remaining: How many objects follow after this page; None if the server does not say.
    """

    items: Sequence[msgspec.Raw | bytes]
    resource_version: str
    remaining: int | None


class _Metadata(msgspec.Struct, rename="camel"):
    resource_version: str = ""
    continue_: str = msgspec.field(default="", name="continue")
    # A help for progress bars alone: whatever it is, the list goes on.
    remaining_item_count: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


Again = Callable[[ClusterError], bool]


def _never(_error: ClusterError) -> bool:
    return False


class _List(msgspec.Struct):
    kind: str
    metadata: _Metadata
    items: list[msgspec.Raw] | None


def pages(
    transport: Transport,
    resource: ApiResource,
    namespace: str | None,
    limit: int,
    name: str = "",
    again: Again = _never,
) -> Iterator[Page]:
    """List a kind, all pages as of one moment.

    The list is complete only if the iteration ends by itself. After a ClusterError nothing is known of the objects that
    were not yet served.

    Args:
        transport: The connection.
        resource: The kind.
        namespace: None for all.
        limit: Objects a page.
        name: To list the object of that name only.
        again: Called with the error of a page; returns whether to request it once more.

    Raises:
        ClusterError: With the code expired if the continue token ran out.
    """
    path = resource.path(namespace)
    token = ""
    selected = {"fieldSelector": f"metadata.name={name}"} if name else {}
    while True:
        query = {"limit": str(limit)} | selected | ({"continue": token} if token else {})
        try:
            found, items = _page(transport, path, transport.get(path, query))
        except ClusterError as error:
            if again(error):
                continue
            raise
        metadata = found.metadata
        wrong = _wrong(found, items, token)
        if wrong or items is None:
            raise ClusterError(ErrorCode.BAD_ANSWER, f"{path}: {wrong}", facts={**transport.target.facts, "path": path})
        yield Page(items, metadata.resource_version, _count(metadata.remaining_item_count))
        if not metadata.continue_:
            return
        token = metadata.continue_


def _page(transport: Transport, path: str, answer: Answer) -> tuple[_List, Sequence[msgspec.Raw | bytes] | None]:
    """Decode a page; an item that is no JSON, or nested too deep, does not spoil the others.

    Raises:
        ClusterError: The answer was cut, or is no list even without its items.
    """
    try:
        found = decode(transport, path, answer, _List)
    except ClusterError as error:
        if error.code not in (ErrorCode.ANSWER_CUT, ErrorCode.BAD_ANSWER):
            raise
        body = answer.body
        try:
            items = next(part for part in parts(body) if part.key == b"items")
            listed = items.of(body)
            if not listed.lstrip().startswith(b"["):
                raise error
            raw = [part.of(listed) for part in parts(listed)]
            rest = Answer(answer.headers, b"%s[]%s" % (body[: items.start], body[items.end :]))
            return decode(transport, path, rest, _List), raw
        except (ClusterError, ValueError, StopIteration):
            raise error from None
    return found, found.items


def _wrong(found: _List, items: Sequence[msgspec.Raw | bytes] | None, token: str) -> str:
    """Why a page cannot be used; empty if it can."""
    if items is None:
        return f"a {found.kind} without items"
    if not found.kind.endswith("List"):
        return f"a {found.kind}, not a list"
    version = found.metadata.resource_version
    if len(version) > LONGEST_VERSION or "\0" in version:
        return f"a resourceVersion of more than {LONGEST_VERSION} characters, or with a NUL among them"
    if token and found.metadata.continue_ == token:
        return "the server sent the same continue token twice"
    return ""


def _count(told: msgspec.Raw) -> int | None:
    """A number of objects; None if the server sent none that makes sense."""
    return int(bytes(told)) if _COUNT.fullmatch(told) else None
