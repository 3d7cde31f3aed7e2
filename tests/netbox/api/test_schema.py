"""The OpenAPI schema of the plugin's endpoints."""

import pytest
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from tests.builders import KINDS
from tests.netbox.api.given import BASE, plural

SECRETS = {"token", "certificate", "key", "kubeconfig"}


@pytest.fixture(scope="module")
def schema(django_db_setup, django_db_blocker):
    patterns = [path("api/plugins/hedgehog/", include("netbox_hedgehog.api.urls"))]
    with django_db_blocker.unblock():
        GENERATOR_STATS.reset()
        made = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
        made["problems"] = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    return made


def test_it_is_made_without_a_warning(schema):
    assert schema["problems"] == []


def test_every_kind_can_be_listed_read_and_changed_but_not_made(schema):
    for model in KINDS:
        url = f"{BASE}/{plural(model)}/"
        assert schema["paths"][url].keys() == {"get", "put", "patch"}
        assert schema["paths"][f"{url}{{id}}/"].keys() == {"get", "put", "patch"}


def test_actions_say_what_they_answer(schema):
    assert schema["paths"][f"{BASE}/fabrics/{{id}}/sync/"]["post"]["responses"].keys() == {"200", "202"}
    assert schema["paths"][f"{BASE}/vpcs/{{id}}/sync/"]["post"]["responses"].keys() == {"200", "202"}
    assert schema["paths"][f"{BASE}/vpcs/{{id}}/sync/"].keys() == {"post"}
    assert schema["paths"][f"{BASE}/runs/{{id}}/override/"]["post"]["responses"].keys() == {"202", "409"}
    assert schema["paths"][f"{BASE}/runs/{{id}}/held/"].keys() == {"get"}
    assert schema["paths"][f"{BASE}/runs/{{id}}/cancel/"]["post"]["responses"].keys() == {"202", "409"}
    assert schema["paths"][f"{BASE}/fabrics/{{id}}/test-connection/"].keys() == {"get", "post"}


def test_a_sync_says_what_it_may_be_asked_for(schema):
    asked = schema["components"]["schemas"]["ScopeRequest"]
    assert asked["properties"].keys() == {"kind", "namespace", "name", "group", "hard"}
    assert "required" not in asked
    assert schema["components"]["schemas"]["OverrideRequest"]["required"] == ["reason"]


def test_credentials_are_in_requests_only(schema):
    components = schema["components"]["schemas"]
    assert components["FabricRequest"]["properties"].keys() >= SECRETS
    for name, component in components.items():
        if not name.endswith("Request"):
            assert not SECRETS & component.get("properties", {}).keys(), name
            assert "credential_data" not in component.get("properties", {})
