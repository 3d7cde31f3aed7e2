"""The rule for every key of a kubeconfig: complete, applied, and shown in the docs as it is applied."""

import json
from pathlib import Path

import pytest

from netbox_hedgehog.cluster import ClusterError, parse_kubeconfig
from netbox_hedgehog.cluster.auth.kubeconfig_keys import KEYS, Form, Treatment
from tests.pure.cluster.kubeconfigs import Tried, document

DOCS = Path(__file__).parents[3] / "docs" / "kubeconfig.md"

# client-go 0.37, tools/clientcmd/api/v1/types.go.
CLIENT_GO = {
    "Config": "kind apiVersion preferences clusters users contexts current-context extensions",
    "Preferences": "colors extensions",
    "Cluster": "server tls-server-name insecure-skip-tls-verify certificate-authority certificate-authority-data "
    "proxy-url disable-compression extensions",
    "AuthInfo": "client-certificate client-certificate-data client-key client-key-data token tokenFile as as-uid "
    "as-groups as-user-extra username password auth-provider exec extensions",
    "Context": "cluster user namespace extensions",
    "NamedCluster": "name cluster",
    "NamedContext": "name context",
    "NamedAuthInfo": "name user",
    "NamedExtension": "name extension",
    "AuthProviderConfig": "name config",
    "ExecConfig": "command args env apiVersion installHint provideClusterInfo interactiveMode",
    "ExecEnvVar": "name value",
}

VALUES = {
    Form.TEXT: "text",
    Form.FLAG: True,
    Form.TEXTS: ["text"],
    Form.TEXTS_BY_NAME: {"name": ["text"]},
    Form.TEXT_BY_NAME: {"name": "text"},
    Form.MAPPING: {"name": "text"},
    Form.LIST: [{"name": "text", "extension": {}, "value": "text"}],
    Form.ANYTHING: {},
}
WRONG = {form: 7 for form in Form if form is not Form.ANYTHING}


def test_the_rule_has_every_key_of_client_go_and_no_other():
    assert {type_: {key.name for key in keys} for type_, keys in KEYS.items()} == {
        type_: set(names.split()) for type_, names in CLIENT_GO.items()
    }


def test_every_key_says_what_becomes_of_it():
    words = [key.words for keys in KEYS.values() for key in keys]
    assert len(words) > 50
    assert all(each.endswith(".") and len(each) > 8 for each in words)


def test_kubectl_knows_every_key_of_cluster_user_and_exec(tmp_path):
    """What kubectl does not know, it leaves out of what it prints."""
    user = {key.name: VALUES[key.form] for key in KEYS["AuthInfo"]}
    for key in ("client-certificate-data", "client-key-data"):
        user[key] = "UEVN"
    user["exec"] = {key.name: VALUES[key.form] for key in KEYS["ExecConfig"]}
    cluster = {key.name: VALUES[key.form] for key in KEYS["Cluster"]} | {"certificate-authority-data": "UEVN"}
    seen = Tried(None, tmp_path).viewed(document(cluster, user))
    (shown,), (named,) = seen["users"], seen["clusters"]
    assert shown["user"].keys() == user.keys()
    assert shown["user"]["exec"].keys() == user["exec"].keys()
    assert named["cluster"].keys() == cluster.keys()


def given(type_: str, key: str, value) -> str:
    """A kubeconfig that is good but for what KEY of TYPE_ has."""
    cluster, user = {"server": "https://a"}, {"token": "s3cret"}
    if type_ == "Cluster":
        return document(cluster | {key: value}, user)
    if type_ == "AuthInfo":
        return document(cluster, user | {key: value})
    if type_ == "Context":
        context = {"cluster": "c", "user": "u", key: value}
        return document(cluster, user, contexts=[{"name": "x", "context": context}])
    if type_ == "ExecConfig":
        exec_ = {"apiVersion": "client.authentication.k8s.io/v1", "command": "x", key: value}
        return document(cluster, {"exec": exec_})
    return document(cluster, user, **{key: value})


CHOSEN = ("Config", "Cluster", "AuthInfo", "Context", "ExecConfig")
ALL = [(type_, key) for type_ in CHOSEN for key in KEYS[type_]]


@pytest.mark.parametrize(("type_", "key"), ALL, ids=[f"{type_}.{key.name}" for type_, key in ALL])
def test_every_key_is_held_to_its_form(type_, key):
    with pytest.raises(ClusterError) as caught:
        parse_kubeconfig(given(type_, key.name, WRONG[key.form]), allow_exec=True)
    assert caught.value.hint
    assert "s3cret" not in caught.value.message
    nothing = {"Cluster": ("server",), "ExecConfig": ("command", "apiVersion"), "Context": ("cluster",)}.get(type_, ())
    if key.name not in (*nothing, "clusters", "users", "contexts"):
        assert parse_kubeconfig(given(type_, key.name, None), allow_exec=True).server == "https://a"


REFUSED = [(type_, key) for type_, key in ALL if key.treatment is Treatment.REFUSED]


@pytest.mark.parametrize(("type_", "key"), REFUSED, ids=[key.name for _, key in REFUSED])
def test_a_key_that_is_refused_is_refused_beside_any_other(type_, key):
    with pytest.raises(ClusterError) as caught:
        parse_kubeconfig(given(type_, key.name, VALUES[key.form]), allow_exec=True)
    assert f"{key.name}: {key.words}" in caught.value.message
    assert "service account" in caught.value.hint


def test_refused_are_those_that_say_who_asks_and_are_not_heeded():
    assert {key.name for _, key in REFUSED} == {"username", "password", "auth-provider"}


def rows() -> list[str]:
    """The table of the docs, as the rule has it."""
    return [
        f"| {type_} | `{key.name}` | {key.treatment} | {key.words} |" for type_, keys in KEYS.items() for key in keys
    ]


def test_the_docs_show_the_rule():
    shown = [line for line in DOCS.read_text().splitlines() if line.startswith("| ") and "`" in line]
    assert shown == rows()


def test_a_kubeconfig_may_be_json():
    assert json.loads(document({"server": "https://a"}, {"token": "t"}))
    assert parse_kubeconfig(document({"server": "https://a"}, {"token": "t"})).credential.token() == "t"
