"""Describes an object in one plain sentence."""

from typing import Any

from netbox_hedgehog.kinds.model import Kind
from netbox_hedgehog.kinds.sentence import Find, Sentence
from netbox_hedgehog.kinds.sentences_gateway import GATEWAY_SENTENCES
from netbox_hedgehog.kinds.sentences_runtime import RUNTIME_SENTENCES
from netbox_hedgehog.kinds.sentences_vpc import VPC_RELATED_SENTENCES, VPC_SENTENCES
from netbox_hedgehog.kinds.sentences_wiring import WIRING_SENTENCES

__all__ = ("describe",)

_SENTENCES: dict[str, Sentence] = VPC_SENTENCES | WIRING_SENTENCES | GATEWAY_SENTENCES | RUNTIME_SENTENCES


def describe(kind: Kind, obj: dict[str, Any], find: Find | None = None) -> str:
    """Describe an object in one sentence: ``Attaches VPC vpc-01, subnet default, to server-03 through leaf-01``.

    Args:
        kind: The object's kind.
        obj: Its manifest, with ``metadata``, ``spec`` and ``status``; it may be malformed.
        find: Returns the manifest of another object by kind and name, None if it is not known. With it, the sentence
            names what the object refers to in place of, for example, a connection's name.

    Returns:
        The sentence without a full stop, in the reader's language. The kind's summary if nothing more can be said.
    """
    said = ""
    if sentence := _SENTENCES.get(kind.kind):
        said = sentence(obj)
    elif related := VPC_RELATED_SENTENCES.get(kind.kind):
        said = related(obj, find or _find_nothing)
    return said or kind.summary.rstrip(".")


def _find_nothing(kind: str, name: str) -> None:
    """Find no other object."""
