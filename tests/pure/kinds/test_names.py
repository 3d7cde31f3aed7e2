"""Which kind is meant by what people type: what kubectl takes is taken."""

import pytest

from netbox_hedgehog.kinds import KINDS, KNOWN_NAMES, KindNames, kinds_meant

WIRING = "wiring.githedgehog.com"
FABRIC = KindNames(WIRING, "Fabric", ("fabrics", "fabric"), ("fab",))
OTHER = KindNames("other.githedgehog.com", "Fabric", ("fabrics", "fabric"), ("fab",))
TAKEN = KindNames("new.githedgehog.com", "Fabulous", ("fabulouses",), ("fabric", "vpc"))


@pytest.mark.parametrize(
    "asked",
    [
        "fabrics",
        "fab",
        "Fabric",
        "fabric",
        "FABRICS",
        " fabrics ",
        f"fabrics.{WIRING}",
        f"Fabric.{WIRING}",
        f"fab.{WIRING}",
        f"fabrics.v1beta1.{WIRING}",
        "fabrics.wiring",
        "fabric.wirin",
        "fabrics.Wiring.githedgehog.com",
    ],
)
def test_names_that_kubectl_takes_mean_the_kind(asked):
    assert kinds_meant(asked, [*KNOWN_NAMES, FABRIC]) == [FABRIC]


@pytest.mark.parametrize("asked", ["", "fabricss", "fabrics.other", f"fabrics.x{WIRING}", "fa", ".wiring"])
def test_other_names_mean_nothing(asked):
    assert kinds_meant(asked, [*KNOWN_NAMES, FABRIC]) == []


def test_full_name_goes_before_the_short_name_of_another_kind():
    known = [*KNOWN_NAMES, FABRIC, TAKEN]
    assert kinds_meant("fabric", known) == [FABRIC]
    assert [each.group for each in kinds_meant("vpc", known)] == ["vpc.githedgehog.com"]
    assert kinds_meant("fabulouses", known) == [TAKEN]


def test_name_of_several_kinds_means_all_of_them_and_a_group_tells_them_apart():
    known = [*KNOWN_NAMES, FABRIC, OTHER]
    assert kinds_meant("fab", known) == [FABRIC, OTHER]
    assert kinds_meant("fab.other", known) == [OTHER]
    assert kinds_meant("fabrics", known, WIRING) == [FABRIC]


def test_group_of_exactly_that_name_goes_before_longer_ones():
    longer = KindNames("wiring.githedgehog.community", "Fabric", ("fabrics",))
    assert kinds_meant("fabrics", [longer, FABRIC], "wiring.githedgehog.com") == [FABRIC]
    assert kinds_meant("fabrics", [longer, FABRIC], "wiring.githedgehog") == [longer, FABRIC]


def test_every_known_kind_is_meant_by_each_of_its_names():
    for entry in KINDS:
        names = {entry.kind, entry.kind.lower(), entry.plural, entry.singular, *entry.short_names}
        assert names
        for name in names:
            assert [each.kind for each in kinds_meant(name, KNOWN_NAMES)] == [entry.kind], name
