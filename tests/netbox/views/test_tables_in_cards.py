"""A table that is wider than its card can be scrolled to its end: every one of ours lies in a box that scrolls."""

from html.parser import HTMLParser

import pytest

from netbox_hedgehog.models import VPC, Agent, DHCPSubnet
from tests.builders import KINDS, fabric, reference, run, thing
from tests.netbox.held import hold_of
from tests.netbox.views.given import address, look, root

pytestmark = pytest.mark.django_db

VOID = {"br", "hr", "img", "input", "link", "meta", "path", "source", "wbr", "col"}


class Tables(HTMLParser):
    """``boxed`` and ``loose`` count the outermost tables in cards, with and without a box that scrolls."""

    def __init__(self, text):
        super().__init__()
        self.open, self.boxed, self.loose = [], 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag in VOID:
            return
        classes = (dict(attrs).get("class") or "").split()
        if tag == "table" and not any(each == "table" for each, _ in self.open):
            for _, outer in reversed(self.open):
                if "table-responsive" in outer:
                    self.boxed += 1
                    break
                if "card" in outer:
                    self.loose.append(self.getpos())
                    break
        self.open.append((tag, classes))

    def handle_endtag(self, tag):
        while self.open and tag in [each for each, _ in self.open] and self.open.pop()[0] != tag:
            pass


def assert_boxed(admin, page, at_least):
    body = admin.get(page).content.decode()
    content = body[body.index('id="page-content"') :]
    found = Tables(content)
    assert [content.splitlines()[line - 1] for line, _ in found.loose] == [], page
    assert found.boxed >= at_least, page


def test_tables_of_every_kinds_pages_scroll_in_their_cards():
    lab, admin = fabric(), root()
    map_ = {"0c:20:12:fe:01:02": {"ip": "10.0.1.6"}}
    state = {"interfaces": {"E1/1": {"oper": "up"}}, "bgpNeighbors": {"default": {"10.0.0.1": {"state": "idle"}}}}
    columns = {"live": {"static": map_}, "status": {"allocated": map_, "state": state}, "annotations": {"a": "b"}}
    for model in KINDS:
        one = thing(model, lab, labels={"a": "b"}, **columns)
        reference(one, "VPC", "one")
        # Spec, status, labels and uses; an agent has tables of its own.
        assert_boxed(admin, address(one), at_least=7 if model is Agent else 3)
        assert_boxed(admin, address(model), at_least=1)
    assert_boxed(admin, address(VPC.objects.get()), at_least=5)  # with what uses it


def test_tables_of_fabrics_and_runs_scroll_in_their_cards():
    lab, admin = fabric(), root()
    look(lab, VPC)
    thing(DHCPSubnet, lab)
    steps = [{"name": "tls", "ok": True, "detail": "", "seconds": 1}]
    lab.connection_tests.create(finished=lab.created, ok=True, steps=steps)
    held = run(lab, state="blocked", held=hold_of(lab, thing(VPC, lab)), counts={"VPC": {"listed": 1}})
    assert_boxed(admin, address(lab), at_least=3)
    assert_boxed(admin, address(held), at_least=4)
    for tab in ("runs", "resources"):
        assert_boxed(admin, address(lab, tab), at_least=1)
