"""The recipe for a credential works as it stands, and stands in the docs as the pages show it."""

import base64
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, Target, Token
from netbox_hedgehog.cluster.errors.credential_recipe import (
    ADDRESS_COMMAND,
    CA_COMMAND,
    MANIFEST,
    RENEW_COMMAND,
    STEPS,
    TOKEN_COMMAND,
)
from tests.pure.cluster.kubeconfigs import document
from tests.pure.cluster.servers import Reply, Seen

SECURITY = (Path(__file__).parents[3] / "docs" / "security.md").read_text()
OBJECTS = list(yaml.safe_load_all(MANIFEST))
TOKEN = "token-of-the-account"


def test_the_docs_have_the_manifest_and_every_command_as_the_pages_have_them():
    section = SECURITY.partition("## Permissions on the cluster")[2].partition("\n## ")[0]
    assert f"```yaml\n{MANIFEST}```" in section
    assert len(STEPS) == 4
    for words, command in STEPS:
        assert f"{words}\n\n        {command}\n" in section
    assert f"`{RENEW_COMMAND}`" in section
    assert section.count("kind: ClusterRole\n") == 2  # the role, and the reference to it: no other recipe


def test_no_other_recipe_stands_anywhere():
    root = Path(__file__).parents[3]
    files = [*root.glob("docs/*.md"), root / "README.md", *root.glob("netbox_hedgehog/**/*.html")]
    assert len(files) > 20
    having = [
        path.name for path in files if "ClusterRole" in path.read_text() or "service-account-token" in path.read_text()
    ]
    assert having == ["security.md"]


def test_the_account_may_read_the_hedgehog_kinds_and_nothing_else():
    account, secret, role, binding = OBJECTS
    (rule,) = role["rules"]
    assert set(rule["apiGroups"]) == {kind.group for kind in kinds.KINDS}
    assert (rule["verbs"], rule["resources"]) == (["get", "list", "watch"], ["*"])
    name, namespace = account["metadata"]["name"], account["metadata"]["namespace"]
    assert secret["metadata"]["annotations"] == {"kubernetes.io/service-account.name": name}
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": name, "namespace": namespace}]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]


def shell(command: str, kubeconfig: Path, body: str = "") -> str:
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig), "HOME": str(kubeconfig.parent)}
    done = subprocess.run(
        ["bash", "-c", command], input=body, capture_output=True, text=True, timeout=60, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_kubectl_reads_the_manifest(tmp_path):
    """With its own types, which have no other keys."""
    command = 'kubectl label --local --filename - a=b --output json | grep -c \'"kind": "[SC]\''
    assert int(shell(command, tmp_path / "none", MANIFEST)) >= 4


class Control:
    """What of an API server the recipe's commands ask for: the secret, filled in as Kubernetes does, for its owner."""

    def __init__(self, ca_pem: str) -> None:
        self.data = {
            "token": base64.b64encode(TOKEN.encode()).decode(),
            "ca.crt": base64.b64encode(ca_pem.encode()).decode(),
        }

    def __call__(self, seen: Seen) -> Reply:
        _, secret, _, _ = OBJECTS
        place = f"/api/v1/namespaces/{secret['metadata']['namespace']}/secrets/{secret['metadata']['name']}"
        if seen.path.startswith("/version") and seen.headers.get("Authorization") == f"Bearer {TOKEN}":
            return Reply(body={"gitVersion": "v1.36.2"})
        if seen.headers.get("Authorization") != "Bearer admin":
            return Reply(401, {"kind": "Status", "reason": "Unauthorized", "message": "Unauthorized"})
        answers = {
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
            "/api/v1": {
                "kind": "APIResourceList",
                "groupVersion": "v1",
                "resources": [
                    {
                        "name": "secrets",
                        "singularName": "secret",
                        "kind": "Secret",
                        "namespaced": True,
                        "verbs": ["get"],
                    }
                ],
            },
            place: secret | {"data": self.data},
        }
        found = answers.get(seen.path.partition("?")[0])
        return (
            Reply(body=found) if found else Reply(404, {"kind": "Status", "reason": "NotFound", "message": seen.path})
        )


def test_the_commands_give_what_the_form_asks_for(https, authority, tmp_path):
    server = https(Control(authority.pem))
    kubeconfig = tmp_path / "admin"
    ca_data = base64.b64encode(authority.pem.encode()).decode()
    kubeconfig.write_text(document({"server": server.url, "certificate-authority-data": ca_data}, {"token": "admin"}))
    token, ca_pem, address = (shell(command, kubeconfig) for command in (TOKEN_COMMAND, CA_COMMAND, ADDRESS_COMMAND))
    assert (token, address) == (TOKEN, server.url)
    with Cluster(Target(address, ca_pem=ca_pem, credential=Token(token))) as cluster:
        assert cluster.version().git_version == "v1.36.2"
    with (
        Cluster(Target(address, ca_pem=ca_pem, credential=Token("another"))) as cluster,
        pytest.raises(ClusterError) as no,
    ):
        cluster.version()
    assert (no.value.code, RENEW_COMMAND in no.value.hint) == (ErrorCode.UNAUTHORIZED, True)
