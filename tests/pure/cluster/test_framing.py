"""The bounds of what is taken out of an answer's bytes: a server may send anything, for ever."""

from http.client import IncompleteRead

import pytest

from netbox_hedgehog.cluster.http.framing import LONGEST_SIZE_LINE, Framing

CHUNKED = {"transfer-encoding": "chunked"}


def test_chunks_are_put_together_however_they_are_cut():
    framing, body = Framing(CHUNKED), b""
    for byte in b"3\r\nabc\r\n4;name=value\r\ndefg\r\n0\r\n\r\n":
        body += framing.feed(bytes([byte]))
    assert (body, framing.done) == (b"abcdefg", True)


def test_a_size_line_that_never_ends_is_given_up_on():
    framing = Framing(CHUNKED)
    assert framing.feed(b"1" * LONGEST_SIZE_LINE) == b""
    with pytest.raises(IncompleteRead):
        framing.feed(b"1")


@pytest.mark.parametrize("size", [b"-1", b"-ff", b"x", b"0x", b"1 2"])
def test_a_size_that_is_none_is_refused(size):
    with pytest.raises(IncompleteRead):
        Framing(CHUNKED).feed(size + b"\r\nabc\r\n")


def test_nothing_after_the_last_chunk_is_taken():
    framing = Framing(CHUNKED)
    assert framing.feed(b"1\r\na\r\n0\r\n\r\n") == b"a"
    assert framing.feed(b"1\r\nb\r\n") == b""


@pytest.mark.parametrize("length", ["²", "٣", "-1", "1e3", "9" * 5000])
def test_a_length_that_is_none_means_until_the_connection_ends(length):
    framing = Framing({"content-length": length})
    assert framing.feed(b"abc") == b"abc"
    assert not framing.done
    framing.ended()
    assert framing.done
