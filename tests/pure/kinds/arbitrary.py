"""Arbitrary JSON, and objects that are nearly right."""

from typing import Any

from hypothesis import strategies as st

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import Boolean, FieldType, Integer, List, Map, Number, Object

__all__ = ("JSON", "KIND", "manifest")

SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
SUSPICIOUS = st.sampled_from(
    [
        "$5$salt$Qi4/gnM0yPtGv9kjpMh78NuNSfQWy7vR1rulHpurL36",
        "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----",
        "Bearer abcdefghijklmnopqrstuvwxyz",
        "https://user:pass@example.com/",
        "ext.border",
        "leaf-01/E1/1",
        "vpc/",
        "/",
    ],
)
KEY = st.text(max_size=8) | st.sampled_from(["spec", "metadata", "annotations", "password", "token", "users", "links"])
JSON = st.recursive(
    SCALAR | SUSPICIOUS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=20,
)
KIND = st.sampled_from(kinds.KINDS)


def _value(kind: FieldType) -> st.SearchStrategy[Any]:
    """Mostly of the type, now and then anything."""
    match kind:
        case Object():
            right: st.SearchStrategy[Any] = st.deferred(lambda: _object(kind))
        case List():
            right = st.lists(_value(kind.of), max_size=3)
        case Map():
            right = st.dictionaries(st.sampled_from(["vpc-1", "ext.a", "token"]), _value(kind.of), max_size=2)
        case Integer() | Number():
            right = st.integers()
        case Boolean():
            right = st.booleans()
        case _:
            right = st.text(max_size=10) | SUSPICIOUS
    return right | SCALAR


def _object(kind: Object) -> st.SearchStrategy[dict[str, Any]]:
    if not kind.fields:
        return st.dictionaries(KEY, SCALAR, max_size=2)
    chosen = st.lists(st.sampled_from(kind.fields), max_size=4, unique_by=lambda field: field.name)
    known = chosen.flatmap(lambda fields: st.fixed_dictionaries({field.name: _value(field.type) for field in fields}))
    return st.builds(lambda typed, other: other | typed, known, st.dictionaries(KEY, SCALAR | SUSPICIOUS, max_size=1))


@st.composite
def manifest(draw: st.DrawFn) -> tuple[kinds.Kind, dict[str, Any]]:
    """A kind and an object of it that is right, or a little wrong."""
    kind = draw(KIND)
    return kind, {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "metadata": draw(st.fixed_dictionaries({"name": st.text(max_size=8), "annotations": JSON}) | JSON),
        "spec": draw(_object(kind.spec) | JSON),
        "status": draw(_object(kind.status) | JSON),
    }
