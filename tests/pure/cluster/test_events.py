"""The bounds of a watch's lines, and of what they may say of a version."""

import json

import pytest

from netbox_hedgehog.cluster import ClusterError, ErrorCode, Target
from netbox_hedgehog.cluster.verbs import watch_events
from netbox_hedgehog.cluster.verbs.watch_events import Events

TARGET = Target("https://fabric.example.com:6443")


def fresh():
    return Events(TARGET, "/apis/vpc.githedgehog.com/v1beta1/vpcs")


def line(version):
    return json.dumps({"type": "ADDED", "object": {"metadata": {"name": "a", "resourceVersion": version}}}).encode()


def test_a_line_longer_than_any_object_ends_the_stream(monkeypatch):
    monkeypatch.setattr(watch_events, "LONGEST_LINE", 1000)
    stream = fresh()
    assert list(stream.feed(b"x" * 1000)) == []
    with pytest.raises(ClusterError) as caught:
        list(stream.feed(b"x"))
    assert caught.value.code == ErrorCode.BAD_ANSWER
    assert "longer than 1,000 bytes" in caught.value.message


def test_a_line_as_long_as_allowed_is_taken(monkeypatch):
    monkeypatch.setattr(watch_events, "LONGEST_LINE", len(line("7")) + 1)
    assert [event.resource_version for event in fresh().feed(line("7") + b"\n")] == ["7"]


@pytest.mark.parametrize("version", ["", "1\0", "1 2", "²", "\N{SNOWMAN}", "9" * 65])
def test_a_version_that_cannot_be_kept_is_a_bad_answer(version):
    with pytest.raises(ClusterError) as caught:
        list(fresh().feed(line(version) + b"\n"))
    assert caught.value.code == ErrorCode.BAD_ANSWER
