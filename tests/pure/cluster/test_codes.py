"""Every code has a next step."""

import pickle
import re
from itertools import combinations

import pytest

from netbox_hedgehog.cluster import Cause, ClusterError, ErrorCode, unexpected

FACTS = {"host": "fabric.example.com", "port": 6443, "url": "https://fabric.example.com:6443", "path": "/apis"}
FACTS |= {"verb": "list", "resource": "vpcs.vpc.githedgehog.com", "user": "netbox"}


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_says_what_to_do(code):
    error = ClusterError(code, "the server's own words", facts=FACTS)
    assert len(error.hint) > 30
    assert error.hint.endswith(".")
    assert "{" not in error.hint
    assert (error.message, str(error)) == ("the server's own words", "the server's own words")
    assert "HOST" not in error.hint.replace("HOST:PORT", "")


STORED = """
    name_not_resolved no_route connection_refused timed_out connection_lost tls_unknown_ca tls_wrong_host tls_expired
    tls_failed unauthorized forbidden not_kubernetes no_hedgehog_crds webhook_refused invalid conflict not_found expired
    overloaded server_error bad_answer answer_cut credential_invalid credential_exec_refused kubeconfig_invalid
    internal address_not_allowed proxy_failed
"""


def test_the_codes_are_the_ones_that_are_stored():
    assert [code.value for code in ErrorCode] == STORED.split()


NAMES = ["host", "port", "verb", "resource", "user", "url", "path"]
SOME = [set(part) for size in range(len(NAMES) + 1) for part in combinations(NAMES, size)]


@pytest.mark.parametrize("code", ErrorCode)
def test_no_hint_has_a_name_that_is_not_filled_in(code):
    assert len(SOME) == 2 ** len(NAMES)
    for known in SOME:
        hint = ClusterError(code, "no", facts={name: FACTS[name] for name in known}).hint
        unfilled = re.findall(
            r"\b(?:HOST|PORT|VERB|RESOURCE|USER|URL|PATH|ACCOUNT|NAMESPACE|NAME|NETLOC|None)\b|[{}]", hint
        )
        assert unfilled == [], hint
        assert (len(hint) > 30, hint[-1], "  " in hint) == (True, ".", False)


def test_a_fact_that_is_not_known_is_not_asked_for():
    hint = ClusterError(ErrorCode.FORBIDDEN, "no").hint
    assert "docs/security.md" in hint
    assert "can-i" not in hint
    assert (
        "can-i list vpcs --as"
        not in ClusterError(ErrorCode.FORBIDDEN, "no", facts={"verb": "list", "resource": "vpcs"}).hint
    )


def test_an_ipv6_address_is_bracketed_where_a_port_follows():
    hint = ClusterError(ErrorCode.TIMED_OUT, "no", facts={"host": "fd00::1", "port": 6443}).hint
    assert "https://[fd00::1]:6443/version" in hint


@pytest.mark.parametrize("text", ["nul \0", "half a pair \ud800"])
def test_words_that_cannot_be_stored_are_made_so_that_they_can(text):
    error = ClusterError(ErrorCode.INVALID, text, hint=text, causes=[Cause(text, text, text)])
    for said in (error.message, str(error), error.hint, *error.causes[0]):
        assert "\N{REPLACEMENT CHARACTER}" in said
        assert "\0" not in said.encode().decode()


def test_words_without_end_are_cut():
    assert len(ClusterError(ErrorCode.INVALID, "x" * 10**7).message) == 10_000


def test_a_hint_of_ones_own():
    assert ClusterError(ErrorCode.CREDENTIAL_INVALID, "no", hint="Do this.").hint == "Do this."


def test_an_error_can_go_to_another_process():
    error = ClusterError(ErrorCode.OVERLOADED, "wait", hint="Wait.", status=429, retry_after=7.0, facts={"host": "a"})
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.message, str(copy)) == (ErrorCode.OVERLOADED, "wait", "wait")
    assert (copy.hint, copy.status, copy.retry_after, copy.facts) == ("Wait.", 429, 7.0, {"host": "a"})


def test_what_passes_by_itself():
    passing = {code for code in ErrorCode if ClusterError(code, "x").transient}
    assert ErrorCode.OVERLOADED in passing
    assert not passing & {ErrorCode.UNAUTHORIZED, ErrorCode.FORBIDDEN, ErrorCode.INVALID, ErrorCode.TLS_UNKNOWN_CA}


def test_what_nobody_foresaw_is_told_by_type_and_text():
    found = unexpected(KeyError("token"))
    assert (found.code, found.message) == (ErrorCode.INTERNAL, "KeyError: 'token'")
    assert unexpected(MemoryError()).message == "MemoryError"
    known = ClusterError(ErrorCode.FORBIDDEN, "no")
    assert unexpected(known) is known


def test_an_exception_whose_text_cannot_be_made_is_told_by_its_type():
    class Strange(BaseException):
        def __str__(self):
            raise RuntimeError("no")

    assert unexpected(Strange()).message == "Strange: (no text: RuntimeError)"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_what_a_server_says_can_be_stored_whatever_it_is(text):
    error = ClusterError(ErrorCode.FORBIDDEN, text, hint=text)
    assert (error.message, error.hint, str(error)) == ("a\ufffdb",) * 3


def test_what_a_server_says_is_kept_in_bounds():
    assert len(ClusterError(ErrorCode.SERVER_ERROR, "x" * 1_000_000).message) == 10_000
