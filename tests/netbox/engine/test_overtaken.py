"""What may overwrite what: the one rule, for a list that somebody has overtaken, and for an event."""

import pytest

from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, decide, is_newer
from tests.netbox.engine.test_changes import canonical_of, raw, stored

OLD, SEEN, NEWEST = (raw("a", version=version, spec={"mode": version}) for version in ("1", "2", "3"))


def decided(now, *, as_compared=False):
    """What was SEEN asks for where NOW is stored."""
    return decide(canonical_of(SEEN), "digest", now, as_compared=as_compared)


def change(action, before=None):
    return Mutation(action, canonical_of(SEEN), "digest", before)


def test_nobody_has_written_meanwhile_or_the_row_has_gone():
    assert decided(None) == change(ChangeAction.CREATED)
    before = stored(1, OLD)
    assert decided(before, as_compared=True) == change(ChangeAction.UPDATED, before)


def test_somebody_has_written_something_newer_meanwhile():
    assert decided(stored(1, NEWEST)) is None


def test_somebody_has_written_the_same_meanwhile():
    assert decided(stored(1, SEEN)) is None


def test_somebody_has_written_something_older_meanwhile():
    now = stored(7, OLD)
    assert decided(now) == change(ChangeAction.UPDATED, now)


def test_somebody_has_called_it_missing_meanwhile():
    now = stored(1, OLD, missing_since="2026-07-24T10:00:00Z")
    assert decided(now).action is ChangeAction.RESTORED


def test_row_as_it_was_compared_takes_an_older_version_too():
    """A cluster may have been put back to an older state."""
    before = stored(1, NEWEST)
    assert decided(before, as_compared=True) == change(ChangeAction.UPDATED, before)


@pytest.mark.parametrize(
    ("version", "than", "expected"),
    [
        ("10", "9", True), ("9", "10", False), ("9", "9", False),
        ("b", "a", True), ("a", "a", False), ("9", "", True),
        ("²", "1", True), ("٣", "9", True), ("9" * 5000, "1", True), ("1", "9" * 5000, True),
    ],
)  # fmt: skip
def test_newer_counts_what_are_numbers_and_takes_the_last_of_others(version, than, expected):
    assert is_newer(version, than) is expected
