"""Says in one plain sentence what an object is."""

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
    """One sentence without a full stop, about a manifest (``metadata``, ``spec``, ``status``).

    ``find`` gives the manifest of another object by kind and name, None when it is not known; with it the sentence can
    say more ("to server-03 through leaf-01" in place of a connection's name). A malformed object gets what can be said
    of it, the kind's own summary at the least.
    """
    said = ""
    if sentence := _SENTENCES.get(kind.kind):
        said = sentence(obj)
    elif related := VPC_RELATED_SENTENCES.get(kind.kind):
        said = related(obj, find or _find_nothing)
    return said or kind.summary.rstrip(".")


def _find_nothing(kind: str, name: str) -> None:
    """Knows no other object."""
