"""What a guard has held, in GraphQL; and the guards of kinds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import fabric, user
from tests.netbox.api.given import admin
from tests.netbox.graphql.test_queries import data
from tests.netbox.held import approve, hold, newer

pytestmark = pytest.mark.django_db

QUERY = """{ hedgehog_sync_run_list { state
    held { id count created approver approved_at reason closed_at approved_by { username } }
    let_through { count reason approved_by { username } } } }"""


def test_runs_tell_what_they_held_and_what_they_let_go():
    blocked = hold(fabric())
    approve(blocked.held, approved_by=user("bob"))
    newer(blocked, let_through=blocked.held)
    after, before = data(admin(), QUERY)["hedgehog_sync_run_list"]
    assert after["held"] is None
    assert after["let_through"] == {"count": 4, "reason": "Rack 7", "approved_by": {"username": "bob"}}
    assert (before["held"]["id"], before["held"]["approver"], before["let_through"]) == (
        str(blocked.held_id),
        "bob",
        None,
    )
    assert before["held"]["closed_at"]


def test_more_of_them_cost_no_more_queries():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            data(caller, QUERY)
        return len(captured)

    caller, bob = admin(), user("bob")
    for number in range(6):
        blocked = hold(fabric(f"lab-{number}"))
        approve(blocked.held, approved_by=bob)
        newer(blocked, let_through=blocked.held)
        if number == 0:
            queries()
            few = queries()
    assert queries() == few


def test_a_fabric_tells_its_guards_of_kinds():
    guards = {"VPC": {"percent": 10, "count": 0}}
    fabric(kind_guards=guards)
    assert data(admin(), "{ hedgehog_fabric_list { kind_guards } }")["hedgehog_fabric_list"] == [
        {"kind_guards": guards}
    ]
