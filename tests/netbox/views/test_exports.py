"""Exports of lists that are longer than a page: every row says what its page would say."""

import csv
import io

import pytest
from netbox.config import get_config

from netbox_hedgehog.models import VPC, VPCAttachment
from tests.builders import fabric, reference, thing
from tests.netbox.views.given import address, root

pytestmark = pytest.mark.django_db


@pytest.fixture
def more():
    """More rows than a page has."""
    return get_config().PAGINATE_COUNT + 20  # a few more than a page still fit


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def exported(request, settings):
    settings.STREAMING_EXPORTS = request.param

    def rows(target, query="export"):
        answer = root().get(f"{address(target)}?{query}")
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return list(csv.DictReader(io.StringIO(content.decode())))

    return rows


def test_fabrics_beyond_a_page_have_their_facts_and_counts(more, exported):
    labs = [fabric(f"lab-{number:03}") for number in range(more)]
    for lab in labs:
        thing(VPC, lab)
    rows = exported(type(labs[0]))
    assert [row["Name"] for row in rows] == [lab.name for lab in labs]
    assert {(row["Connection"], row["Objects"]) for row in rows} == {("never tried", "1")}


def test_objects_beyond_a_page_have_their_references(more, exported):
    lab = fabric("lab")
    for number in range(more):
        reference(thing(VPCAttachment, lab, f"att-{number:03}"), "Connection", f"conn-{number:03}")
    rows = exported(VPCAttachment)
    assert len(rows) == more
    assert [row["Connections"] for row in rows] == [f"conn-{number:03}" for number in range(more)]
