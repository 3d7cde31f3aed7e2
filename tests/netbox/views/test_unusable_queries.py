"""Lists asked for with values that nothing can use."""

import pytest

from netbox_hedgehog.models import VPC, Fabric, OtherResource, SyncRun
from tests.builders import fabric, run, thing
from tests.netbox.views.given import HTMX, address, root, text

pytestmark = pytest.mark.django_db(transaction=True)  # the database refuses outside of a transaction, as it does live

ODD = ("name__regex=%5B", "q=%00", "id=99999999999999999999", "created=99999-01-01", "fabric_id=x", "sort=nothing")


@pytest.fixture
def lists():
    lab = fabric()
    thing(VPC, lab)
    run(lab, state="succeeded")
    return [*map(address, (VPC, OtherResource, Fabric, SyncRun)), address(lab, "runs"), address(lab, "resources")]


def test_no_list_fails_for_a_value_of_its_query(lists):
    admin = root()
    for path in lists:
        for query in ODD:
            for more in ({}, HTMX):
                answer = admin.get(f"{path}?{query}", **more)
                assert answer.status_code in (200, 302), (path, query)


def test_what_was_refused_is_said_on_the_list_without_its_query(lists):
    admin, path = root(), lists[0]
    answer = admin.get(f"{path}?name__regex=%5B", follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "PostgreSQL cannot use a value of this filter: invalid regular expression" in text(answer)
    assert admin.get(f"{path}?name__regex=%5B", **HTMX).headers["HX-Redirect"] == path
