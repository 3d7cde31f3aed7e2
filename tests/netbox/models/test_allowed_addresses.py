"""The plugin setting that limits where workers connect to."""

from copy import deepcopy
from ipaddress import ip_network

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from netbox_hedgehog.models import CredentialChoices, Fabric
from netbox_hedgehog.plugin import HedgehogConfig
from netbox_hedgehog.sync.connection_test import request_test, run_test
from tests.builders import fabric


@pytest.fixture
def limited(monkeypatch):
    monkeypatch.setitem(settings.PLUGINS_CONFIG["netbox_hedgehog"], "allowed_addresses", ["10.20.0.0/16"])


def test_every_way_to_a_cluster_is_limited(limited):
    made = Fabric(name="lab", credential_kind=CredentialChoices.TOKEN, api_url="https://192.0.2.1:6443")
    made.set_credential(token="not-a-real-token")
    assert made.target().allowed == (ip_network("10.20.0.0/16"),)


@pytest.mark.django_db
def test_a_connection_test_elsewhere_ends_with_the_reason(limited):
    test = run_test(request_test(fabric()))
    assert (test.ok, test.error_code) == (False, "address_not_allowed")
    assert "192.0.2.1" in test.error_message


@pytest.mark.parametrize("setting", [["10.0.0.1/8"], ["fabric.example.com"], 7])
def test_a_setting_that_is_no_network_is_told_when_netbox_starts(setting):
    with pytest.raises(ImproperlyConfigured, match="allowed_addresses"):
        HedgehogConfig.validate({**deepcopy(HedgehogConfig.default_settings), "allowed_addresses": setting}, "4.7.3")
