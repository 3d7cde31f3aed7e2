"""Texts of kinds are English until a face says how to translate, and then in its language at once."""

import pytest

from netbox_hedgehog.kinds import by_name, describe, texts

SERVER = {"metadata": {"name": "server-01"}, "spec": {}}
VPC = {"metadata": {"name": "vpc-01"}, "spec": {"subnets": {"default": {}, "other": {}}}}
GERMAN = {"Server cabled to the fabric": "Server am Fabric", " and ": " und ", "{number} subnets": "{number} Subnetze"}


@pytest.fixture
def german():
    english = texts._translate, texts._translate_count
    texts.translate_with(lambda text: GERMAN.get(text, text), lambda _one, many, _number: GERMAN.get(many, many))
    yield
    texts.translate_with(*english)


def test_object_is_described_in_english_by_default():
    assert describe(by_name("Server"), SERVER) == "Server cabled to the fabric"


def test_object_is_described_in_the_language_of_the_reader(german):
    assert describe(by_name("Server"), SERVER) == "Server am Fabric"
    assert describe(by_name("VPC"), VPC) == "VPC (bridged) with 2 Subnetze: default und other"


def test_marked_text_stays_as_it_is(german):
    assert texts.gettext_noop("Server cabled to the fabric") == "Server cabled to the fabric"
