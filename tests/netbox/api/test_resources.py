"""The list over all kinds: what each user may see, in one order, filtered, in a constant number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from netbox_hedgehog.models import VPC, Connection, OtherResource, Switch
from tests.builders import KINDS, fabric, grant, thing, user
from tests.netbox.api.given import BASE, admin, client, plural

pytestmark = pytest.mark.django_db

URL = f"{BASE}/resources/"


def keys(answer):
    assert answer.status_code == 200, answer.content
    return [(each["kind"], each["name"]) for each in answer.json()["results"]]


def test_objects_of_every_kind_are_there_as_their_own_endpoint_shows_them():
    lab, root = fabric(), admin()
    for number, model in enumerate(KINDS):
        thing(model, lab, f"object-{number}", live={"n": number}, labels={"a": "b"}, generation=number)
    page = root.get(URL, {"limit": 100}).json()
    assert page["count"] == len(page["results"]) == len(KINDS)
    for number, (model, shown) in enumerate(zip(KINDS, page["results"], strict=True)):
        own = root.get(f"{BASE}/{plural(model)}/{shown['id']}/").json()
        assert shown == {name: own[name] for name in shown}
        assert (shown["name"], shown["live"]) == (f"object-{number}", {"n": number})
        assert own.keys() - shown.keys() <= {"tags", "custom_fields", "plural"}


def test_only_what_the_user_may_see():
    here, there, ann = fabric("here"), fabric("there"), user()
    for lab in (here, there):
        for model in (VPC, Switch, OtherResource):
            thing(model, lab, f"of-{lab}")
    assert client(ann).get(URL).json()["count"] == 0
    grant(ann, ["view"], VPC, constraints={"fabric__name": "here"})
    grant(ann, ["view"], Switch)
    assert sorted(keys(client(ann).get(URL))) == [("Switch", "of-here"), ("Switch", "of-there"), ("VPC", "of-here")]


@pytest.fixture
def objects():
    here, there = fabric("here"), fabric("there")
    thing(VPC, here, "vpc-1", labels={"tier": "web"})
    thing(VPC, there, "vpc-1")
    thing(Switch, here, "leaf-1", namespace="far", live={"role": "server-leaf"})
    thing(Connection, here, "gone", missing_since=timezone.now())
    thing(OtherResource, here, "novel")
    return here


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"fabric": "there"}, [("VPC", "vpc-1")]),
        ({"kind": "Switch"}, [("Switch", "leaf-1")]),
        ({"kind": ["Switch", "Novelty"]}, [("Novelty", "novel"), ("Switch", "leaf-1")]),
        ({"kind": "Unheard"}, []),
        ({"api_group": "new.githedgehog.com"}, [("Novelty", "novel")]),
        ({"api_group": "vpc.githedgehog.com", "fabric": "here"}, [("VPC", "vpc-1")]),
        ({"namespace": "far"}, [("Switch", "leaf-1")]),
        ({"name": "gone"}, [("Connection", "gone")]),
        ({"state": "missing"}, [("Connection", "gone")]),
        ({"label": "tier=web"}, [("VPC", "vpc-1")]),
        ({"q": "server-leaf"}, [("Switch", "leaf-1")]),
        ({"q": "NOVEL"}, [("Novelty", "novel")]),
    ],
    ids=str,
)
def test_filter(objects, query, expected):
    assert sorted(keys(admin().get(URL, query))) == expected


def test_filter_by_fabric_id_and_a_wrong_one(objects):
    root = admin()
    assert root.get(URL, {"fabric_id": objects.pk}).json()["count"] == 4
    assert root.get(URL, {"fabric_id": 999999}).status_code == 400


def test_pages_are_in_one_order_and_nothing_is_twice():
    lab, root = fabric(), admin()
    for number in range(5):
        thing(VPC, lab, f"n-{number}")
        thing(Switch, lab, f"n-{number}")
    url, seen = f"{URL}?limit=3", []
    while url:
        page = root.get(url)
        seen += keys(page)
        url = page.json()["next"]
    assert len(set(seen)) == 10
    assert [name for _, name in seen] == sorted(name for _, name in seen)
    assert root.get(URL, {"start": 1}).status_code == 400


def test_the_list_is_read_only():
    root = admin()
    for method in (root.post, root.put, root.patch, root.delete):
        assert method(URL, {}, format="json").status_code == 405


def test_queries_do_not_grow_with_rows_or_kinds():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            caller.get(URL, {"limit": 500})
        return len(captured)

    lab, caller = fabric(), admin()
    thing(VPC, lab)
    caller.get(URL)
    few = queries()
    for model in KINDS:
        for number in range(5):
            thing(model, lab, f"more-{number}")
    assert queries() == few
    assert few <= 8
