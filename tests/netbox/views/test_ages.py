"""Moments as pages say them: how long ago, or how soon."""

from datetime import timedelta

import pytest
from django.utils import timezone

from netbox_hedgehog.models import VPC, Agent, DHCPSubnet
from netbox_hedgehog.presentation.age import age, ago
from tests.builders import fabric, thing, user
from tests.netbox.api.given import BASE, client
from tests.netbox.views.given import address, browser, root, text


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


@pytest.mark.django_db
def test_moments_of_an_agent_are_on_its_page_and_not_in_tooltips_alone():
    state = {
        "interfaces": {"E1/1": {"oper": "up", "lastChange": "2026-07-24T10:00:00Z"}},
        "bgpNeighbors": {"default": {"10.0.0.1": {"sessionState": "established", "establishedTransitions": 1}}},
    }
    status = {"lastHeartbeat": "2026-07-24T11:00:00Z", "lastAppliedTime": "2026-07-24T09:00:00Z", "state": state}
    one = thing(Agent, fabric(), status=status, generation=1)
    said = text(root().get(address(one))).partition("YAML")[0]
    for moment in ("2026-07-24 11:00:00", "2026-07-24 09:00:00"):
        assert f"ago ({moment})" in said


@pytest.mark.django_db
def test_what_there_is_to_say_of_a_fact_is_on_the_page_and_in_rest():
    lab, admin = fabric(), user("root", superuser=True)
    page = text(browser(admin).get(address(lab)))
    facts = client(admin).get(f"{BASE}/fabrics/{lab.pk}/").json()
    details = [facts[name]["detail"] for name in ("connection", "freshness", "drift", "health")]
    assert all(details)
    assert [each for each in details if each not in page] == []
