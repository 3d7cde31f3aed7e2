"""Which of two resource versions is newer, whatever a server has sent as one."""

import pytest

from netbox_hedgehog.sync.decide.changes import is_newer, version_number


@pytest.mark.parametrize("version", ["²", "٣", "-1", "", "9" * 5000, "1.5", "abc"])
def test_a_version_that_is_no_number_is_none(version):
    assert version_number(version) is None
    assert is_newer(version, "5")
    assert not is_newer(version, version)


def test_versions_that_are_numbers_count():
    assert (is_newer("10", "9"), is_newer("9", "10"), is_newer("00010", "9")) == (True, False, True)
