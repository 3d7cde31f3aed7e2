"""One watcher a fabric, by the database's clock."""

import pytest
from django.db.models.functions import Now

from netbox_hedgehog.models import Fabric, Watcher
from netbox_hedgehog.sync.runs.transitions import LeaseLost
from netbox_hedgehog.sync.watch import lease as leases

pytestmark = pytest.mark.django_db


@pytest.fixture
def fabric(plugin):
    plugin(watch_lease_seconds=60)
    return Fabric.objects.create(name="lab")


def expire():
    from datetime import timedelta

    Watcher.objects.update(lease_until=Now() - timedelta(seconds=1))


def test_only_one_holds_a_fabric(fabric):
    assert leases.claimable() == [fabric.pk]
    assert leases.claim(fabric.pk, "one")
    assert leases.claim(fabric.pk, "two") is None
    assert leases.claimable() == []
    assert Watcher.objects.get().holder == "one"


def test_who_comes_after_the_leases_end_takes_over_and_the_first_can_do_nothing_more(fabric):
    first = leases.claim(fabric.pk, "one")
    expire()
    assert leases.claimable() == [fabric.pk]
    with pytest.raises(LeaseLost):
        leases.renew(first)
    second = leases.claim(fabric.pk, "two")
    assert second.epoch == first.epoch + 1
    for refused in (leases.renew, leases.fence):
        with pytest.raises(LeaseLost):
            refused(first)
    leases.renew(second, events=7)
    assert Watcher.objects.get().events == 7


def test_a_lease_that_is_given_back_is_free_at_once(fabric):
    leases.release(leases.claim(fabric.pk, "one"), versions={"a/": "7"})
    assert leases.claim(fabric.pk, "two")
    assert Watcher.objects.get().versions == {"a/": "7"}


def test_giving_back_what_another_holds_changes_nothing(fabric):
    first = leases.claim(fabric.pk, "one")
    expire()
    leases.claim(fabric.pk, "two")
    leases.release(first)
    assert Watcher.objects.get().lease_until is not None


@pytest.mark.parametrize("without", [{"suspended": True}, {"watch": False}])
def test_a_fabric_that_is_not_to_be_watched_is_left_alone(fabric, without):
    Fabric.objects.update(**without)
    assert leases.claimable() == []
