"""What is left of a change where somebody else has written meanwhile."""

import pytest

from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, is_newer, rebase
from tests.netbox.engine.test_changes import canonical_of, raw, stored

OLD, SEEN, NEWEST = (raw("a", version=version, spec={"mode": version}) for version in ("1", "2", "3"))


def change(before=None):
    """What was SEEN, compared with BEFORE."""
    return Mutation(ChangeAction.UPDATED if before else ChangeAction.CREATED, canonical_of(SEEN), "digest", before)


def test_nobody_has_written_meanwhile():
    assert rebase(change(), None) == change()
    before = stored(1, OLD)
    assert rebase(change(before), before) == change(before)


def test_somebody_has_written_something_newer_meanwhile():
    assert rebase(change(), stored(1, NEWEST)) is None
    assert rebase(change(stored(1, OLD)), stored(1, NEWEST)) is None


def test_somebody_has_written_the_same_meanwhile():
    assert rebase(change(), stored(1, SEEN)) is None


def test_somebody_has_written_something_older_meanwhile():
    now = stored(7, OLD)
    assert rebase(change(), now) == Mutation(ChangeAction.UPDATED, canonical_of(SEEN), "digest", now)


def test_somebody_has_called_it_missing_meanwhile():
    now = stored(1, OLD, missing_since="2026-07-24T10:00:00Z")
    assert rebase(change(stored(1, OLD)), now).action is ChangeAction.RESTORED


def test_row_that_has_gone_meanwhile_is_made_anew():
    assert rebase(change(stored(1, OLD)), None) == Mutation(ChangeAction.CREATED, canonical_of(SEEN), "digest", None)


def test_row_as_it_was_compared_takes_an_older_version_too():
    """A cluster may have been put back to an older state."""
    before = stored(1, NEWEST)
    assert rebase(change(before), before) == change(before)


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
