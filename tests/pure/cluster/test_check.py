"""The connection test: how far it came, and why no further."""

import time

import pytest

from netbox_hedgehog.cluster import ErrorCode, Target, Token, check
from tests.pure.cluster.api import GROUP, Api, aggregated, group, served
from tests.pure.cluster.certificates import Authority
from tests.pure.cluster.conftest import TOKEN
from tests.pure.cluster.servers import Reply, closed_port, raw, status

LIST = f"/apis/{GROUP}/v1beta1/vpcs"
ALL = ["resolve", "connect", "tls", "authenticate", "version", "discover", "list"]
CANNOT = f'User "netbox" cannot list resource "vpcs" in API group "{GROUP}" at the cluster scope'
DENIED = status(403, "Forbidden", CANNOT)
HTML = Reply(body="<html><title>It works!</title></html>", type="text/html")


def test_all_is_well(https, target_of):
    result = check(target_of(https(Api(token=TOKEN))))
    assert (result.ok, result.error) == (True, None)
    assert [step.name for step in result.steps] == ALL
    assert all(step.ok and step.seconds >= 0 for step in result.steps)
    details = {step.name: step.detail for step in result.steps}
    assert details["connect"].startswith("127.0.0.1 port ")
    assert details["tls"].startswith("TLSv1.3, certificate good until ")
    assert (details["authenticate"], details["version"]) == ("netbox", "v1.36.2")
    assert (details["discover"], details["list"]) == ("1 kinds in 1 groups", "all 1 kinds may be listed")


@pytest.mark.parametrize(
    ("answer", "step", "code"),
    [
        (Api(token="another"), "authenticate", ErrorCode.UNAUTHORIZED),
        (lambda _: HTML, "version", ErrorCode.NOT_KUBERNETES),
        (lambda _: Reply(404, "<html>no</html>", type="text/html"), "version", ErrorCode.NOT_KUBERNETES),
        (Api(paths={"/version": status(503, "ServiceUnavailable", "")}), "version", ErrorCode.OVERLOADED),
        (Api(paths={"/apis": status(403, "Forbidden", "no")}), "discover", ErrorCode.FORBIDDEN),
        (Api(paths={"/apis": aggregated()}), "discover", ErrorCode.NO_HEDGEHOG_CRDS),
        (Api(paths={"/apis": aggregated(group(GROUP, freshness="Stale"))}), "discover", ErrorCode.OVERLOADED),
        (Api(paths={LIST: DENIED}), "list", ErrorCode.FORBIDDEN),
        (Api(paths={LIST: status(500, "InternalError", "etcd")}), "list", ErrorCode.SERVER_ERROR),
    ],
)
def test_it_ends_at_the_first_step_that_fails(https, target_of, answer, step, code):
    result = check(target_of(https(answer)))
    assert (result.steps[-1].name, result.steps[-1].ok, result.error.code) == (step, False, code)
    assert all(before.ok for before in result.steps[:-1])
    assert result.steps[-1].detail == result.error.message
    assert result.error.hint


def test_a_name_that_does_not_resolve():
    result = check(Target("https://fabric.invalid", credential=Token(TOKEN)))
    assert [step.name for step in result.steps] == ["resolve"]
    assert result.error.code == ErrorCode.NAME_NOT_RESOLVED


def test_a_closed_port():
    result = check(Target(f"https://127.0.0.1:{closed_port()}"))
    assert [(step.name, step.ok) for step in result.steps] == [("resolve", True), ("connect", False)]
    assert result.error.code == ErrorCode.CONNECTION_REFUSED


def test_a_silent_port_within_the_timeout():
    with raw(lambda _: time.sleep(5)) as port:
        begun = time.monotonic()
        result = check(Target(f"https://127.0.0.1:{port}"), connect_timeout=0.3, read_timeout=3)
        assert time.monotonic() - begun < 2
    assert result.steps[-1].name == "tls"
    assert result.error.code == ErrorCode.TIMED_OUT


def test_a_wrong_authority(https, target_of):
    result = check(target_of(https(Api()), ca_pem=Authority("another").pem))
    assert (result.steps[-1].name, result.error.code) == ("tls", ErrorCode.TLS_UNKNOWN_CA)


def test_a_certificate_for_another_host(https, target_of, authority):
    result = check(target_of(https(Api(), authority.issue(hosts=("elsewhere",)))))
    assert (result.steps[-1].name, result.error.code) == ("tls", ErrorCode.TLS_WRONG_HOST)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_certificate_that_is_not_checked_is_told(https, target_of):
    result = check(target_of(https(Api()), ca_pem=None, verify=False))
    assert result.ok
    assert "NOT checked" in result.steps[2].detail


def test_the_kinds_that_may_not_be_listed_are_named(https, target_of):
    kinds = [served("vpcs", "VPC"), served("externals", "External"), served("subnets", "Subnet")]
    kinds[2]["verbs"] = ["get"]
    paths = {"/apis": aggregated(group(GROUP, *kinds)), f"/apis/{GROUP}/v1beta1/externals": DENIED}
    result = check(target_of(https(Api(paths=paths))))
    assert result.error.code == ErrorCode.FORBIDDEN
    assert result.error.message.endswith(f"(1 of 2 kinds cannot be listed: externals.{GROUP})")
    assert "auth can-i list" in result.error.hint


def test_only_the_fabrics_namespaces_need_to_be_listed(https, target_of):
    mine = f"/apis/{GROUP}/v1beta1/namespaces/default/vpcs"
    server = https(Api(paths={LIST: DENIED, mine: Reply(body={"kind": "VPCList", "metadata": {}, "items": []})}))
    assert check(target_of(server)).error.code == ErrorCode.FORBIDDEN
    assert check(target_of(server), ["default"]).ok


def test_a_server_that_keeps_its_version_to_itself(https, target_of):
    result = check(target_of(https(Api(paths={"/version": status(403, "Forbidden", "no")}))))
    assert result.ok
    assert {step.name: step.detail for step in result.steps}["version"] == "not told to this credential"
