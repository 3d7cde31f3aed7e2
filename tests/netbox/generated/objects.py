"""Objects that nobody has seen yet: real ones of recorded fabrics and made-up ones, with odd values in any place."""

from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import strategies as st

from netbox_hedgehog import kinds
from tests.netbox.sync import snapshots
from tests.netbox.sync.texts import dump, nested
from tests.pure.kinds.arbitrary import JSON, KEY, _object

__all__ = ("served",)

LONG = 100_000
ODD = st.one_of(
    JSON,
    st.sampled_from(
        [
            None, True, 0, -1, 1.5, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**400, 1e308, 5e-324,
            "", " ", "x", "a\0b", "é\u202e\U0001f600", "x" * 254, "x" * 1001, "x" * LONG, "\\", '"', "<script>",
            "{{ x }}", "%s", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
            "2026-02-30T00:00:00Z", "1969-01-01T00:00:00Z", "10.0.0.0/99", "::/0", "²", "-", "/", "ext.", "nan",
            "9" * 5000, [], {}, [[]], [{}], {"": ""}, {"x" * 300: 1}, {"a\0b": 1}, [None] * 50, ["x" * 300] * 300,
            {f"key-{number}": number for number in range(300)}, [{"name": f"n-{number}"} for number in range(300)],
        ]
    ),
    st.sampled_from([20, 100, 120, 130, 500, 900, 1500, 5000]).map(nested),
    st.sampled_from([b"NaN", b"1e400", b"-Infinity", b'"\\ud800"', b'"\xff"', b"01", b"9" * 5000, b"1" + b"0" * 4000]),
    st.dictionaries(KEY, st.just("x" * 5000), max_size=5),
)  # fmt: skip


@cache
def _real() -> dict[kinds.Kind, list[dict[str, Any]]]:
    """A few objects of each kind, as a control plane served them."""
    found: dict[kinds.Kind, list[dict[str, Any]]] = {}
    for name in ("small", "gateway"):
        for kind, objects in snapshots.objects(name).items():
            found.setdefault(kind, []).extend(objects[:4])
    return found


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all that stands in VALUE."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in below for found in ((*path, key), *_places(each, (*path, key)))]


@st.composite
def served(draw: st.DrawFn, kind: kinds.Kind, number: int) -> tuple[str, bytes]:
    """The name and the text of an object of KIND, which is called after its NUMBER unless the name itself is odd."""
    if draw(st.booleans()) and _real().get(kind):
        body = deepcopy(draw(st.sampled_from(_real()[kind])))
    else:
        body = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {}, "spec": draw(_object(kind.spec))}
        body["status"] = draw(_object(kind.status))
    name = f"odd-{number}"
    own = {"name": name, "namespace": "default", "uid": f"uid-{number}", "resourceVersion": f"{500 + number}"}
    stamps = {"generation": 1, "creationTimestamp": "2026-07-24T10:00:00Z", "labels": {"a": "b"}, "annotations": {}}
    body["metadata"] = {**stamps, **body["metadata"], **own}
    for _ in range(draw(st.integers(0, 2))):
        # Half of the odd values stand in the first levels, which is where the columns come from.
        places = _places(body)
        shallow = [path for path in places if len(path) <= 2]
        path = draw(st.sampled_from(draw(st.sampled_from([shallow, places]))))
        _put(body, path, draw(ODD))
    return name, dump(body)


def _put(body: Any, path: tuple[Any, ...], value: Any) -> None:
    *way, last = path
    for key in way:
        body = body[key]
    body[last] = value
