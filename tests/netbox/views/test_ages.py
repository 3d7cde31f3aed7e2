"""Moments as pages say them: how long ago, or how soon."""

from datetime import timedelta

import pytest
from django.utils import timezone

from netbox_hedgehog.models import VPC, DHCPSubnet
from netbox_hedgehog.ui.age import age, ago
from tests.netbox.views.given import address, fabric, root, text, thing


@pytest.mark.parametrize(
    ("seconds", "aged", "said"),
    [
        (3 * 3600 + 30, "3 h", "3 h ago"),
        (0, "0 s", "0 s ago"),
        (-0.4, "0 s", "0 s ago"),  # two clocks never agree
        (-3 * 3600 - 30, "in 3 h", "in 3 h"),
        (-5 * 86400 - 30, "in 5 d", "in 5 d"),
    ],
)
def test_a_moment_to_come_is_not_called_past(seconds, aged, said):
    then = timezone.now() - timedelta(seconds=seconds)
    assert (age(then), ago(then)) == (aged, said)


@pytest.mark.django_db
def test_a_lease_that_has_not_expired_says_how_long_it_has():
    soon = (timezone.now() + timedelta(hours=3, minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lease = {"ip": "10.0.1.5", "expiry": soon, "hostname": "guest"}
    one = thing(DHCPSubnet, fabric(), status={"allocated": {"0c:20:12:fe:00:00": lease}})
    said = text(root().get(address(one)))
    assert "(in 3 h)" in said
    assert "0 s ago" not in said.partition("Spec")[2]


@pytest.mark.django_db
def test_what_a_cluster_with_a_fast_clock_made_is_not_called_past():
    soon = timezone.now() + timedelta(minutes=10, seconds=30)
    one = thing(VPC, fabric(), cluster_created=soon)
    admin = root()
    assert "(in 10 min)" in text(admin.get(address(one)))
    assert " in 10 min" in text(admin.get(address(VPC)))
