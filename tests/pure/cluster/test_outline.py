"""The parts of a JSON text, found by its brackets alone."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.cluster.errors.printable import printable
from netbox_hedgehog.cluster.http.json_outline import depth_within, members, parts
from tests.pure.kinds.arbitrary import JSON


def depth_of(value) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inside is None else 1 + max(map(depth_of, inside), default=0)


@given(st.dictionaries(st.text('abc"\\[{,: é', max_size=5), JSON, max_size=5), st.booleans())
def test_members_of_an_object_are_those_that_a_parser_finds(value, plain):
    text = json.dumps(value, ensure_ascii=plain, indent=None if plain else 2).encode()
    found = {json.loads(b'"%s"' % key): json.loads(part) for key, part in members(text).items()}
    assert found == value


@given(st.lists(JSON, max_size=5))
def test_parts_of_an_array_are_its_entries(value):
    text = json.dumps(value).encode()
    assert [json.loads(part.of(text)) for part in parts(text)] == value


@given(JSON, st.integers(0, 6))
def test_depth_is_how_many_brackets_stand_inside_one_another(value, most):
    text = json.dumps(value).encode()
    if depth_within(text, most):
        # Few brackets are not counted exactly, but never more than there may be.
        assert depth_of(value) <= most
    else:
        assert depth_of(value) > most


@pytest.mark.parametrize("levels", [128, 129, 1500, 100_000])
def test_depth_of_what_no_parser_takes(levels):
    text = b'["\\"[[[", ' + b"[" * (levels - 1) + b"NaN" + b"]" * (levels - 1) + b"]"
    assert depth_within(text, 128) is (levels <= 128)
    (first, second) = parts(text)
    assert first.of(text) == b'"\\"[[["'
    assert second.of(text).strip().startswith(b"[[[")


@pytest.mark.parametrize("text", [b"", b"5", b'{"a": [1, 2', b'{"a": "]}', b'[{"a": 1}'])
def test_text_that_ends_too_early_has_no_parts(text):
    with pytest.raises(ValueError, match="ends before"):
        parts(text)
    assert members(text) == {}


def test_empty_brackets_have_no_parts_and_empty_places_are_parts():
    assert parts(b"{}") == parts(b" [ ] ") == []
    assert [part.of(b"[,1]") for part in parts(b"[,1]")] == [b"", b"1"]


def test_depth_of_an_object_of_a_switch_costs_little():
    text = json.dumps({"ports": [{"name": f"E1/{n}", "links": [{"to": [1]}]} for n in range(5000)]}).encode()
    begun = time.perf_counter()
    assert depth_within(text, 128)
    assert time.perf_counter() - begun < 0.2, f"{len(text)} bytes"


def test_what_is_told_can_be_stored():
    assert printable("a\0b\ud800é") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}é"
    assert printable("x" * 10, 5) == "xxxx…"
    assert printable("plain") == "plain"
