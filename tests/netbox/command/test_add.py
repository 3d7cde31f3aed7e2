"""``hedgehog_sync add``: a fabric from a kubeconfig, or the reason why not."""

import pytest
import yaml
from core.models import ObjectChange

from netbox_hedgehog.models import Fabric
from tests.builders import KUBECONFIG, SECRET, fabric
from tests.netbox.api.given import encoded
from tests.pure.cluster.certificates import Authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def kubeconfig(tmp_path):
    def write(text=KUBECONFIG, name="kubeconfig"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


TWO = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "lab",
    "contexts": [
        {"name": "lab", "context": {"cluster": "lab", "user": "one"}},
        {"name": "prod", "context": {"cluster": "prod", "user": "two"}},
    ],
    "clusters": [
        {"name": "lab", "cluster": {"server": "https://192.0.2.1:6443"}},
        {"name": "prod", "cluster": {"server": "https://192.0.2.2:6443", "certificate-authority": "ca.pem"}},
    ],
    "users": [{"name": "one", "user": {"token": "first"}}, {"name": "two", "user": {"token": "second"}}],
}


def test_a_fabric_is_added_and_the_next_steps_are_told(hedgehog_sync, kubeconfig):
    answer = hedgehog_sync("add", "lab", "--kubeconfig", kubeconfig())
    lab = Fabric.objects.get(name="lab")
    (entry,) = ObjectChange.objects.filter(changed_object_id=lab.pk)
    assert (entry.action, entry.changed_object, entry.message) == ("create", lab, "By netbox hedgehog_sync")
    assert entry.user_name
    assert "credential_data" not in entry.postchange_data
    assert (answer.status, answer.err) == (0, "")
    assert (lab.api_url, lab.credential_kind) == ("https://192.0.2.1:6443", "kubeconfig")
    assert lab.target().credential.value == SECRET
    assert "hedgehog_sync test-connection lab" in answer.out
    assert "hedgehog_sync trigger lab --wait" in answer.out


def test_as_json_without_any_secret(hedgehog_sync, kubeconfig):
    answer = hedgehog_sync("add", "lab", "--kubeconfig", kubeconfig(), "--json")
    assert answer.json.keys() == {"id", "name", "api_url", "credential_kind"}
    for leak in (*encoded(SECRET), "gAAAA"):
        assert leak not in answer.out + answer.err


def test_only_the_chosen_context_is_kept_with_the_files_that_it_names(hedgehog_sync, kubeconfig):
    kubeconfig(Authority().pem, "ca.pem")
    answer = hedgehog_sync("add", "prod", "--kubeconfig", kubeconfig(yaml.safe_dump(TWO)), "--context", "prod")
    assert answer.status == 0, answer.err
    target = Fabric.objects.get().target()
    assert (target.server, target.credential.value) == ("https://192.0.2.2:6443", "second")
    assert "BEGIN CERTIFICATE" in target.ca_pem
    from netbox_hedgehog.models.encryption import decrypt

    assert "first" not in decrypt(Fabric.objects.get().credential_data)


@pytest.mark.parametrize(
    ("text", "arguments", "code", "words"),
    [
        ("[", [], "kubeconfig_invalid", "Not YAML"),
        ("", [], "kubeconfig_invalid", "empty"),
        ("a: 1", [], "kubeconfig_invalid", "current-context"),
        ("contexts: 7\nclusters: {a: 1}\ncurrent-context: x", [], "kubeconfig_invalid", "x"),
        (KUBECONFIG, ["--context", "far"], "kubeconfig_invalid", "no context called far"),
        (yaml.safe_dump(TWO), ["--context", "prod"], "kubeconfig_invalid", "ca.pem"),
        (KUBECONFIG.replace(f"token: {SECRET}", "exec: {command: aws}"), [], "credential_exec_refused", "exec"),
    ],
    ids=["yaml", "empty", "no-context", "odd-shapes", "wrong-context", "missing-file", "exec"],
)
def test_a_kubeconfig_that_will_not_do(hedgehog_sync, kubeconfig, text, arguments, code, words):
    answer = hedgehog_sync("add", "lab", "--kubeconfig", kubeconfig(text), *arguments, "--json")
    error = answer.json["error"]
    assert (answer.status, error["code"]) == (2, code)
    assert words in error["message"] + error["hint"]
    assert error["hint"]
    assert SECRET not in answer.out
    assert not Fabric.objects.exists()


def test_a_file_that_cannot_be_read(hedgehog_sync, tmp_path):
    answer = hedgehog_sync("add", "lab", "--kubeconfig", tmp_path / "nowhere")
    assert answer.status == 2
    assert "nowhere cannot be read: No such file or directory." in answer.err


def test_a_name_that_is_taken(hedgehog_sync, kubeconfig):
    fabric("lab")
    answer = hedgehog_sync("add", "lab", "--kubeconfig", kubeconfig(), "--json")
    assert (answer.status, answer.json["error"]["code"]) == (2, "fabric_exists")
    assert Fabric.objects.count() == 1


def test_a_name_that_the_form_would_refuse(hedgehog_sync, kubeconfig):
    answer = hedgehog_sync("add", "x" * 101, "--kubeconfig", kubeconfig())
    assert answer.status == 2
    assert "100 characters" in answer.err


QUOTED = """
apiVersion: v1
kind: Config
clusters: [{name: "y", cluster: {server: "https://127.0.0.1:6443"}}, {name: "no", cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: "1e3", user: {token: "0x10", tokenFile: ""}}, {name: "null", user: {token: "other"}}]
contexts: [{name: "y", context: {cluster: "y", user: "1e3"}}, {name: "on", context: {cluster: "no", user: "null"}}]
current-context: "y"
"""


@pytest.mark.parametrize(("context", "port", "token"), [(None, 6443, "0x10"), ("y", 6443, "0x10"), ("on", 1, "other")])
def test_names_that_yaml_would_take_for_something_else_stay_names(hedgehog_sync, kubeconfig, context, port, token):
    arguments = ["--context", context] if context else []
    answer = hedgehog_sync("add", "lab", "--kubeconfig", kubeconfig(QUOTED), *arguments)
    assert answer.status == 0, answer.err
    target = Fabric.objects.get().target()
    assert (target.port, target.credential.value) == (port, token)


def test_the_command_takes_no_kubeconfig_that_the_form_refuses(hedgehog_sync, kubeconfig):
    for bad in ('insecure-skip-tls-verify: "true"', 'proxy-url: "socks5://a:1"', "server: 7"):
        text = KUBECONFIG.replace('server: "https://192.0.2.1:6443"', f'server: "https://192.0.2.1:6443", {bad}')
        answer = hedgehog_sync("add", "lab", "--kubeconfig", kubeconfig(text), "--json")
        assert (answer.status, answer.json["error"]["code"]) == (2, "kubeconfig_invalid")
    assert not Fabric.objects.exists()


def test_a_program_beside_the_file_is_kept_with_its_whole_path(hedgehog_sync, kubeconfig, settings, tmp_path):
    settings.PLUGINS_CONFIG["netbox_hedgehog"]["allow_exec_credentials"] = True
    try:
        exec_ = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./give}"
        answer = hedgehog_sync("add", "lab", "--kubeconfig", kubeconfig(KUBECONFIG.replace(f"token: {SECRET}", exec_)))
        assert answer.status == 0, answer.err
        assert Fabric.objects.get().target().credential.config.command == str(tmp_path / "give")
    finally:
        settings.PLUGINS_CONFIG["netbox_hedgehog"]["allow_exec_credentials"] = False
