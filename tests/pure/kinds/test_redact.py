"""Secrets go, everything else stays."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds import Kind
from tests.pure.kinds.arbitrary import JSON, KIND, manifest
from tests.pure.kinds.snapshots import objects
from tests.some import some

AGENT = kinds.by_name("Agent")
HASH = "$5$8nAYPGcl4l6G7Av1$Qi4/gnM0yPtGv9kjpMh78NuNSfQWy7vR1rulHpurL36"
PEM = "-----BEGIN CERTIFICATE-----\nMIIDCzCCAfOgAwIBAgIU\n-----END CERTIFICATE-----\n"
TARGET = {
    "url": "https://logs.example.com",
    "basicAuth": {"username": "shipper", "password": "hunter2"},
    "bearerToken": "abc",
    "certPEM": PEM,
    "caPEM": PEM,
    "labels": {"token": "of the fabric's own naming"},
}
KEPT_TARGET = {"url": TARGET["url"], "labels": TARGET["labels"]}


def spec_of(kind: str | None, spec: Any) -> Any:
    return kinds.redact(kinds.by_name(kind) if kind else None, {"spec": spec})["spec"]


def test_an_agents_credentials_go():
    spec = {
        "role": "spine",
        "users": [{"name": "admin", "role": "admin", "password": HASH, "sshKeys": ["ssh-ed25519 AAAA me"]}],
        "version": {"default": "v1", "repo": "r", "username": "testbed\n", "password": "testbed\n", "ca": PEM},
        "alloy": {"lokiTargets": {"a": TARGET}, "prometheusTargets": {"b": TARGET}},
        "config": {
            "alloy": {"targets": {"loki": {"a": TARGET}, "prometheus": {"b": TARGET}, "pyroscope": {"c": TARGET}}}
        },
    }
    assert spec_of("Agent", spec) == {
        "role": "spine",
        "users": [{"name": "admin", "role": "admin"}],
        "version": {"default": "v1", "repo": "r"},
        "alloy": {"lokiTargets": {"a": KEPT_TARGET}, "prometheusTargets": {"b": KEPT_TARGET}},
        "config": {
            "alloy": {
                "targets": {
                    "loki": {"a": KEPT_TARGET},
                    "prometheus": {"b": KEPT_TARGET},
                    "pyroscope": {"c": KEPT_TARGET},
                },
            },
        },
    }


def test_credentials_in_an_agents_unknown_fields_go_too():
    spec = {"registry": {"host": "r", "pullSecret": "x", "note": f"login {HASH}"}, "role": "spine"}
    assert spec_of("Agent", spec) == {"registry": {"host": "r"}, "role": "spine"}
    assert spec_of("GatewayAgent", {"users": [{"name": "a", "password": "p"}]}) == {"users": [{"name": "a"}]}


def test_an_address_with_a_login_goes_from_agents():
    spec = {"config": {"alloy": {"proxyURL": "http://me:word@proxy:3128", "hostname": "leaf-1"}}}
    assert spec_of("Agent", spec) == {"config": {"alloy": {"hostname": "leaf-1"}}}


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "registryPassword",
        "token",
        "bearerToken",
        "api-token",
        "privateKey",
        "certPEM",
        "basicAuth",
        "secret",
        "client_secret",
        "credentials",
        "sshKeys",
        "passwordHash",
        "Authorization",
        "example.com/auth-token",
    ],
)
def test_keys_that_name_a_secret_go_from_unknown_kinds(key):
    assert spec_of(None, {key: "x", "deep": [{key: {"a": 1}}], "name": "n"}) == {"deep": [{}], "name": "n"}


@pytest.mark.parametrize(
    "key", ["secretName", "tokenExpiry", "passwordless", "key", "keys", "author", "certificates", "pskel"]
)
def test_keys_that_only_sound_like_it_stay(key):
    assert spec_of(None, {key: "x"}) == {key: "x"}


def test_switches_named_after_a_secret_stay():
    assert spec_of(None, {"token": True, "password": None}) == {"token": True, "password": None}


@pytest.mark.parametrize(
    "text",
    [
        HASH,
        "$1$salt1234$Qi4/gnM0yPtGv9kjpMh7/0",
        "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$6$rounds=5000$salt$" + "a" * 86,
        "$y$j9T$salt$" + "a" * 43,
        PEM,
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n",
        "Bearer abcdefghijklmnop",
        "Authorization: Basic dXNlcjpwYXNz",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
        "https://user:pass@example.com",
    ],
)
def test_texts_that_look_like_a_secret_go(text):
    assert spec_of(None, {"note": text, "notes": [text, "plain"], "a": 1}) == {"notes": ["plain"], "a": 1}


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 a port",
        "$6$",
        "bearer of news",
        "Bearer bonds",
        "10.0.0.1",
        "-----",
        "http://10.0.1.2/boot",
        "me@example.com",
    ],
)
def test_plain_texts_stay(text):
    assert spec_of(None, {"note": text}) == {"note": text}


def test_names_that_users_choose_are_no_keys():
    spec = {"subnets": {"secret": {"subnet": "10.0.0.0/24"}, "token": {"subnet": "10.0.1.0/24"}}}
    assert spec_of("VPC", spec) == spec
    assert spec_of("VPCPeering", {"permit": [{"secret": {}, "token": {}}]}) == {"permit": [{"secret": {}, "token": {}}]}
    assert spec_of("Catalog", {"vpcVNIs": {"secret": 100}}) == {"vpcVNIs": {"secret": 100}}
    labels = {"vpc.fabric.githedgehog.com/token": "true"}
    assert kinds.redact(None, {"metadata": {"labels": labels}}) == {"metadata": {"labels": labels}}


def test_annotations_lose_secrets_and_kubectls_copy_of_the_object():
    annotations = {
        "kubectl.kubernetes.io/last-applied-configuration": json.dumps({"spec": {"note": "anything"}}),
        "example.com/api-token": "abc",
        "example.com/note": f"hash {HASH}",
        "fabric.githedgehog.com/ports": "4x100G",
    }
    for kind in (None, AGENT, kinds.by_name("VPC")):
        obj = {"metadata": {"name": "n", "annotations": annotations}}
        kept = {"fabric.githedgehog.com/ports": "4x100G"}
        assert kinds.redact(kind, obj) == {"metadata": {"name": "n", "annotations": kept}}


def test_real_objects_keep_their_spec_and_status():
    for obj in some(obj for obj in objects() if obj["kind"] not in ("Agent", "GatewayAgent")):
        clean = kinds.redact(kinds.by_name(obj["kind"]), obj)
        assert clean.get("spec") == obj.get("spec"), obj["metadata"]["name"]
        assert clean.get("status") == obj.get("status"), obj["metadata"]["name"]


def test_real_agents_keep_all_but_their_secrets():
    for obj in some(objects("Agent", "GatewayAgent")):
        before = copy.deepcopy(obj)
        clean = kinds.redact(kinds.by_name(obj["kind"]), obj)
        assert obj == before
        text = json.dumps(clean)
        for word in ("$5$", "$6$", "BEGIN CERTIFICATE", "testbed\\n"):
            assert word not in text
        gone = set(leaves(obj)) - set(leaves(clean))
        assert {path for path, _ in gone} <= {
            "spec.users.password",
            "spec.version.ca",
            "spec.version.password",
            "spec.version.username",
        }
        assert gone or obj["kind"] == "GatewayAgent"


def test_the_same_hold_without_knowing_the_kind():
    for obj in some(objects("Agent")):
        text = json.dumps(kinds.redact(None, obj))
        for word in ("$5$", "$6$", "BEGIN CERTIFICATE", '"password"'):
            assert word not in text


def leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}".lstrip("."))]
    if isinstance(value, list):
        return [leaf for item in value for leaf in leaves(item, path)]
    return [(path, repr(value))]


def within(small: Any, large: Any) -> bool:
    """Whether SMALL is LARGE with things taken out, nothing put in and nothing changed."""
    if isinstance(small, dict) and isinstance(large, dict):
        return all(key in large and within(item, large[key]) for key, item in small.items())
    if isinstance(small, list) and isinstance(large, list):
        rest = iter(large)
        return all(any(within(item, other) for other in rest) for item in small)
    return type(small) is type(large) and small == large


@given(kind=st.none() | KIND, value=JSON)
def test_arbitrary_json_never_raises(kind: Kind | None, value):
    assert within(kinds.redact(kind, value), value)


@given(manifest(), st.booleans())
def test_redacting_adds_nothing_changes_no_input_and_is_done_at_once(kind_and_object, known):
    kind, obj = kind_and_object
    before = copy.deepcopy(obj)
    clean = kinds.redact(kind if known else None, obj)
    assert obj == before
    assert within(clean, obj)
    assert kinds.redact(kind if known else None, clean) == clean


@given(manifest())
def test_no_hash_and_no_certificate_survives(kind_and_object):
    kind, obj = kind_and_object
    clean = kinds.redact(kind, {part: obj[part] for part in ("spec", "status")})
    assert not any("$5$salt" in text or "BEGIN CERT" in text for _, text in leaves(clean))
