"""kubectl, the official Python client and the plugin take a kubeconfig alike: the same request reaches the server.

Where the plugin refuses what the others take, it is a key that ``kubeconfig_keys`` says is refused, or one of the few
cases below that say so.
"""

import base64
import json
import ssl
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubernetes.client import Configuration
from kubernetes.config import ConfigException
from kubernetes.config.kube_config import KubeConfigLoader

from netbox_hedgehog.cluster import ClusterError, minified, parse_kubeconfig
from netbox_hedgehog.cluster.auth.pem import authorities
from tests.pure.cluster.certificates import Authority, server_context
from tests.pure.cluster.kubeconfigs import VERSION, Request, Tried, document, names
from tests.pure.cluster.servers import Server

AUTHORITY = Authority()
CERTIFICATE, KEY = AUTHORITY.issue("netbox")
ODD = b"Bag Attributes\n    friendlyName: K\xfcnstler \xff\xfe\x00\n"
EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "command": "bin/give", "interactiveMode": "Never"}
PATH = {"name": "PATH", "value": "bin"}
# Each example starts kubectl, which takes a fifth of a second.
QUICK = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def b64(content: str | bytes) -> str:
    return base64.b64encode(content if isinstance(content, bytes) else content.encode()).decode()


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """All clients, on one server that takes anybody; files of every kind lie beside the kubeconfig."""
    directory = tmp_path_factory.mktemp("kubeconfigs")
    context = server_context(AUTHORITY.issue("server"), directory)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=AUTHORITY.pem)
    for name, content in {
        "ca.pem": ODD + AUTHORITY.pem.encode(),
        "cert.pem": ODD + CERTIFICATE.encode(),
        "key.pem": KEY.encode() + ODD,
        "token": b"from-the-file\n",
    }.items():
        (directory / name).write_bytes(content)
    (directory / "bin").mkdir()
    status = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"given"}}'
    (directory / "bin" / "give").write_text(f"#!/bin/sh\necho '{status}'\n")
    (directory / "bin" / "give").chmod(0o755)
    with Server(lambda _: VERSION, context) as server:
        yield Tried(server, directory)


def cluster_of(tried: Tried, **more):
    return {"server": tried.server.url, "certificate-authority-data": b64(AUTHORITY.pem)} | more


TOKEN = {"token": "typed"}
PAIR = {"client-certificate-data": b64(CERTIFICATE), "client-key-data": b64(KEY)}
AS = {"as": "jörg Ęł", "as-uid": "7", "as-groups": ["a", "b ü"], "as-user-extra": {"acme.com/Pröject%": ["p", "q"]}}
ONE_LINE = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n".format(
    "".join(AUTHORITY.pem.split("\n")[1:-2])
)
WINDOWS = AUTHORITY.pem.replace("\n", "\r\n")
BAD_BLOCK = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
OTHER_BLOCK = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"

# Name: what the cluster has beside server and CA (None takes a key away), the user, and whether all take it.
CASES = {
    "token": ({}, TOKEN, True),
    "certificate": ({}, PAIR, True),
    "certificate and token": ({}, PAIR | TOKEN, True),
    "certificate files": ({}, {"client-certificate": "cert.pem", "client-key": "key.pem"}, True),
    "token file": ({}, {"tokenFile": "token"}, True),
    "token file before token": ({}, TOKEN | {"tokenFile": "token"}, True),
    "token for a token file that is not there": ({}, TOKEN | {"tokenFile": "gone"}, True),
    "token file that is not there": ({}, {"tokenFile": "gone"}, False),
    "impersonation": ({}, TOKEN | AS, True),
    "impersonation by certificate": ({}, PAIR | {"as": "me"}, True),
    "extra without values": ({}, TOKEN | {"as": "me", "as-user-extra": {"a": []}}, True),
    "groups without a user": ({}, TOKEN | {"as-groups": ["a"]}, False),
    "uid without a user": ({}, TOKEN | {"as-uid": "a"}, False),
    "impersonation of two lines": ({}, TOKEN | {"as": "a\nb"}, False),
    "groups that are no list": ({}, TOKEN | {"as": "me", "as-groups": "a"}, False),
    "a number to impersonate": ({}, TOKEN | {"as": 5}, False),
    "exec": ({}, {"exec": EXEC}, True),
    "exec beside a token": ({}, TOKEN | {"exec": EXEC | {"command": "no-such-program"}}, True),
    "exec beside a certificate": ({}, PAIR | {"exec": EXEC | {"command": "no-such-program"}}, True),
    "exec of another way to ask": ({}, {"exec": EXEC | {"interactiveMode": "Sometimes"}}, False),
    "exec that is empty": ({}, {"exec": {}}, False),
    "exec with a PATH of its own": ({}, {"exec": EXEC | {"command": "give", "env": [PATH]}}, False),
    "auth-provider": ({}, TOKEN | {"auth-provider": {"name": "gcp"}}, False),
    "auth-provider null": ({}, TOKEN | {"auth-provider": None, "exec": None}, True),
    "user name beside a token": ({}, TOKEN | {"username": "a", "password": "b"}, False),
    "user name of no letters": ({}, TOKEN | {"username": "", "password": ""}, True),
    "keys of no meaning": ({"extensions": [{"name": "a", "extension": {"b": 1}}]}, TOKEN | {"extensions": []}, True),
    "keys that nobody knows": ({"x": 1}, TOKEN | {"As": "root", "y": 2}, True),
    "CA in a file": ({"certificate-authority-data": None, "certificate-authority": "ca.pem"}, TOKEN, True),
    "CA twice": ({"certificate-authority": "ca.pem"}, TOKEN, False),
    "certificate twice": ({}, PAIR | {"client-certificate": "cert.pem"}, False),
    "key twice": ({}, PAIR | {"client-key": "key.pem"}, False),
    "key alone": ({}, {"client-key-data": b64(KEY)}, False),
    "certificate alone": ({}, {"client-certificate-data": b64(CERTIFICATE)}, False),
    "CA in odd text": ({"certificate-authority-data": b64(ODD + AUTHORITY.pem.encode() + ODD)}, TOKEN, True),
    "CA in UTF-8 text": ({"certificate-authority-data": b64(f"Zürich\r\n{AUTHORITY.pem}")}, TOKEN, True),
    "CA in one line": ({"certificate-authority-data": b64(ONE_LINE)}, TOKEN, True),
    "CA with Windows' line ends": ({"certificate-authority-data": b64(WINDOWS)}, TOKEN, True),
    "CA after a broken one": ({"certificate-authority-data": b64(BAD_BLOCK + AUTHORITY.pem)}, TOKEN, True),
    "CA that is indented": ({"certificate-authority-data": b64(f"  {AUTHORITY.pem}")}, TOKEN, False),
    "CA that is none": ({"certificate-authority-data": b64("PEM")}, TOKEN, False),
    "CA of somebody else": ({"certificate-authority-data": b64(Authority("b").pem)}, TOKEN, False),
    "key after its parameters": ({}, PAIR | {"client-key-data": b64(OTHER_BLOCK + KEY)}, True),
    "certificate in odd text": ({}, PAIR | {"client-certificate-data": b64(ODD + CERTIFICATE.encode())}, True),
    "no check": ({"certificate-authority-data": None, "insecure-skip-tls-verify": True}, TOKEN, True),
    "no check with a CA": ({"insecure-skip-tls-verify": True}, TOKEN, False),
    "no check in quotes": ({"insecure-skip-tls-verify": "true"}, TOKEN, False),
    "compression in quotes": ({"disable-compression": "true"}, TOKEN, False),
    "another name": ({"tls-server-name": "localhost"}, TOKEN, True),
    "a wrong name": ({"tls-server-name": "elsewhere"}, TOKEN, False),
    "a name beyond ASCII": ({"tls-server-name": "ö.example"}, TOKEN, False),
    "a proxy's raw login": ({"proxy-url": "http://u:ö@127.0.0.1:1"}, TOKEN, False),
    "a proxy without a scheme": ({"proxy-url": "127.0.0.1:1"}, TOKEN, False),
    "a server that is a number": ({"server": 5}, TOKEN, False),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("name", CASES)
def test_kubectl_and_the_plugin_agree(tried, name):
    more, user, taken = CASES[name]
    cluster = {key: value for key, value in cluster_of(tried, **more).items() if value is not None}
    text = document(cluster, user)
    theirs, ours = tried.kubectl(text), tried.plugin(text)
    assert isinstance(theirs, Request) is taken, theirs
    if taken:
        assert ours == theirs
    else:
        assert isinstance(ours, ClusterError), ours
        assert ours.hint


@pytest.mark.parametrize(
    ("top", "taken"),
    [
        ({"kind": "Secret"}, False),
        ({"apiVersion": "v2"}, False),
        ({"kind": "", "apiVersion": ""}, True),
        ({"users": [{"name": "u", "user": {"token": "a"}}, {"name": "u", "user": {"token": "b"}}]}, False),
        ({"users": [{"name": "u", "user": TOKEN}, {"name": "z"}, {"name": "z"}]}, False),
        ({"current-context": "nowhere"}, False),
        ({"contexts": [{"name": "x", "context": {"cluster": "gone", "user": "u"}}]}, False),
        ({"preferences": {"colors": True}, "extensions": []}, True),
    ],
)
def test_kubectl_and_the_plugin_agree_on_the_whole_file(tried, top, taken):
    text = document(cluster_of(tried), TOKEN, **top)
    theirs, ours = tried.kubectl(text), tried.plugin(text)
    assert isinstance(theirs, Request) is taken, theirs
    assert ours == theirs if taken else isinstance(ours, ClusterError)


@pytest.mark.parametrize(
    "text", ["name: y", "name: 'y'", "name: 1e3", 'name: "1e3"', 'name: "null"', "name: 012", "name: ~x"]
)
def test_kubectl_and_the_plugin_read_the_same_yaml(tried, text):
    name = text.removeprefix("name: ")
    whole = f"""
apiVersion: v1
kind: Config
clusters: [{{{text}, cluster: {json.dumps(cluster_of(tried))}}}]
users: [{{{text}, user: {{token: typed}}}}]
contexts: [{{{text}, context: {{cluster: {name}, user: {name}}}}}]
current-context: {name}
"""
    theirs, ours = tried.kubectl(whole), tried.plugin(whole)
    assert (ours == theirs) if isinstance(theirs, Request) else isinstance(ours, ClusterError), (theirs, ours)


WORDS = st.sampled_from(["y", "1e3", "null", "0x1f", "a b", "Zürich", "it's", "{x}", "on", "2026-01-01", "#1", "-"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=8)
HEADERS = TEXTS.map(str.strip).filter(bool)


def options(*choices):
    """A mapping with one of the CHOICES, each a mapping."""
    return st.sampled_from(choices)


USERS = st.builds(
    lambda *parts: {key: value for part in parts for key, value in part.items()},
    options({}, TOKEN, {"token": "typed", "tokenFile": "gone"}, {"tokenFile": "token"}),
    options({}, PAIR, {"client-certificate": "cert.pem", "client-key": "key.pem"}),
    options({}, {"exec": EXEC}, {"exec": EXEC | {"command": "no-such-program"}}),
    st.one_of(
        st.just({}),
        st.fixed_dictionaries(
            {"as": HEADERS},
            optional={
                "as-uid": HEADERS,
                "as-groups": st.lists(HEADERS, max_size=2),
                "as-user-extra": st.dictionaries(TEXTS, st.lists(HEADERS, max_size=2), max_size=2),
            },
        ),
    ),
    options({}, {"extensions": [{"name": "a", "extension": 1}]}, {"auth-provider": None, "username": ""}),
).filter(lambda user: {"token", "tokenFile", "client-certificate", "client-certificate-data", "exec"} & user.keys())

CLUSTERS = st.builds(
    lambda *parts: {key: value for part in parts for key, value in part.items()},
    options(
        {"certificate-authority-data": b64(AUTHORITY.pem)},
        {"certificate-authority-data": b64(ODD + AUTHORITY.pem.encode())},
        {"certificate-authority": "ca.pem"},
        {"certificate-authority": "gone.pem"},
        {"insecure-skip-tls-verify": True},
    ),
    options({}, {"tls-server-name": "localhost"}, {"tls-server-name": "elsewhere"}, {"disable-compression": True}),
)
DUMPS = st.sampled_from([partial(json.dumps, ensure_ascii=False), yaml.safe_dump])


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@QUICK
@given(CLUSTERS, USERS, DUMPS)
def test_kubectl_and_the_plugin_agree_on_whatever_is_generated(tried, cluster, user, dump):
    text = document({"server": tried.server.url, **cluster}, user, dump)
    theirs, ours = tried.kubectl(text), tried.plugin(text)
    if isinstance(theirs, Request):
        assert ours == theirs
    else:
        assert isinstance(ours, ClusterError), (theirs, ours)


@settings(QUICK, max_examples=50)
@given(CLUSTERS, USERS)
def test_the_python_client_and_the_plugin_agree_on_whatever_is_generated(tried, cluster, user):
    # It knows nothing of impersonation, runs a program before it looks for a certificate, and sends a token that stands
    # beside a token file: those are kubectl's to judge.
    known = {key: value for key, value in user.items() if key not in ("exec", "tokenFile", "auth-provider")}
    if not {"token", "client-certificate", "client-certificate-data"} & known.keys():
        return
    config = json.loads(document({"server": "https://10.0.0.1:6443/k8s", **cluster}, known))
    theirs, text = Configuration(), json.dumps(config, ensure_ascii=False)
    if cluster.get("certificate-authority") == "gone.pem":
        with pytest.raises(ConfigException):
            _load(config, tried, theirs)
        with pytest.raises(ClusterError):
            parse_kubeconfig(text, base_dir=tried.directory)
        return
    _load(config, tried, theirs)
    ours = parse_kubeconfig(text, base_dir=tried.directory)
    assert ours.server == theirs.host
    assert ours.verify is theirs.verify_ssl
    assert ours.tls_server_name == theirs.tls_server_name
    assert _pem(ours.ca_pem) == _pem(_file(theirs.ssl_ca_cert))
    credential = ours.credential
    assert (credential.token() and f"Bearer {credential.token()}") == next(iter(theirs.api_key.values()), None)
    certificate = credential.certificate()
    assert (certificate and certificate.cert_pem) == _file(theirs.cert_file)
    assert (certificate and certificate.key_pem) == _file(theirs.key_file)


def _load(config, tried, into):
    KubeConfigLoader(config_dict=config, config_base_path=str(tried.directory)).load_and_set(into)


def _file(name):
    return Path(name).read_bytes().decode("latin-1") if name else None


def _pem(text):
    return text and authorities(text)


@QUICK
@given(st.lists(WORDS, min_size=2, max_size=4, unique=True), st.data())
def test_one_context_is_taken_out_as_kubectl_takes_it_out(tried, words, data):
    users = {word: data.draw(USERS) for word in words}
    clusters = {word: {"server": tried.server.url, **data.draw(CLUSTERS.filter(_there))} for word in words}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": data.draw(st.sampled_from(words)),
        "contexts": [{"name": word, "context": {"cluster": word, "user": words[-1]}} for word in words],
        "clusters": [{"name": word, "cluster": cluster} for word, cluster in clusters.items()],
        "users": [{"name": word, "user": user} for word, user in users.items()],
    }
    text = json.dumps(config, ensure_ascii=False)
    ours = names(json.loads(json.dumps(yaml.safe_load(minified(text, base_dir=tried.directory)))))
    theirs = names(tried.minified(text))
    assert ours["current-context"] == theirs["current-context"] == config["current-context"]
    assert (ours["cluster"], ours["context"]) == (theirs["cluster"], theirs["context"])
    assert _without_empty(ours["user"]) == _without_empty(theirs["user"])


def _there(cluster):
    return cluster.get("certificate-authority") != "gone.pem"


def _without_empty(users):
    """Programs and token files are not taken in: kubectl names them by their path. It leaves out what is empty."""
    return {
        name: {key: value for key, value in user.items() if value and key not in ("exec", "tokenFile")}
        for name, user in users.items()
    }
