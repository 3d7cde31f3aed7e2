"""The role of the recipe allows all that the plugin asks of a cluster."""

import yaml

from netbox_hedgehog.cluster import check, read_kubeconfig
from netbox_hedgehog.cluster.errors.credential_recipe import MANIFEST
from netbox_hedgehog.cluster.http.transport import Transport
from practice.server import PracticeServer

# What every account that is known may ask, by the roles that Kubernetes itself makes (system:discovery,
# system:basic-user).
EVERYBODYS = {
    "/version",
    "/apis",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
}


def test_all_that_a_connection_test_asks_is_allowed(monkeypatch):
    asked = []
    sent = Transport._open

    def note(transport, method, url, path, *more):
        asked.append(path)
        return sent(transport, method, url, path, *more)

    monkeypatch.setattr(Transport, "_open", note)
    with PracticeServer() as server:
        assert check(read_kubeconfig(server.kubeconfig)).ok
    (rule,) = next(each for each in yaml.safe_load_all(MANIFEST) if each["kind"] == "ClusterRole")["rules"]
    groups = {path.split("/")[2] for path in asked if path not in EVERYBODYS}
    assert groups == set(rule["apiGroups"])
    assert {"list", "watch"} <= set(rule["verbs"])
