"""What is said to pip is said to uv, in uv's words, or uv is not used."""

import sys
from pathlib import Path

import pytest

from practice.services.pip_configuration import Unknown, for_uv, read

SAYS_THE_SAME_OF_CHOICE = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "true"}


@pytest.mark.parametrize(
    ("option", "value", "variable", "said"),
    [
        ("index-url", "https://index.invalid/simple", "UV_DEFAULT_INDEX", "https://index.invalid/simple"),
        ("extra-index-url", "https://a.invalid\nhttps://b.invalid", "UV_INDEX", "https://a.invalid https://b.invalid"),
        ("find-links", "/wheels https://c.invalid", "UV_FIND_LINKS", "/wheels,https://c.invalid"),
        ("cert", "/etc/ca.pem", "SSL_CERT_FILE", "/etc/ca.pem"),
        ("client-cert", "/etc/me.pem", "SSL_CLIENT_CERT", "/etc/me.pem"),
        ("constraint", "/etc/constraints.txt", "UV_CONSTRAINT", "/etc/constraints.txt"),
        ("trusted-host", "index.invalid", "UV_INSECURE_HOST", "index.invalid"),
        ("timeout", "180", "UV_HTTP_TIMEOUT", "180"),
        ("proxy", "http://proxy.invalid:3128", "ALL_PROXY", "http://proxy.invalid:3128"),
        ("cache-dir", "/room", "UV_CACHE_DIR", "/room/uv"),
    ],
)
def test_option_of_pip_is_said_to_uv_in_its_environment(option, value, variable, said):
    told = for_uv({option: value})
    assert told.environment == {**SAYS_THE_SAME_OF_CHOICE, variable: said}
    assert told.arguments == []  # everybody sees those, and an address can hold a password


def test_no_index_is_said_as_a_flag_and_only_where_it_is_on():
    assert for_uv({"no-index": "true"}).arguments == ["--no-index"]
    assert for_uv({"no-index": "0"}).arguments == []


@pytest.mark.parametrize("option", ["no-binary", "require-hashes", "keyring-provider", "of-the-future"])
def test_option_that_uv_has_no_word_for_is_told(option):
    with pytest.raises(Unknown, match=option):
        for_uv({option: "1"})


def test_options_of_behaviour_and_empty_ones_say_nothing_to_uv():
    told = for_uv({"disable-pip-version-check": "1", "config-file": "/etc/pip.conf", "quiet": "2", "no-binary": ""})
    assert (told.environment, told.arguments) == (SAYS_THE_SAME_OF_CHOICE, [])


def test_environment_goes_before_the_file_and_the_command_before_all_commands(tmp_path, monkeypatch):
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://file.invalid\ntimeout = 1\nproxy = http://p\n"
        "[install]\ntimeout = 2\n[list]\nformat = json\n"
    )
    for name in ("PIP_DEFAULT_TIMEOUT", "PIP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_INDEX_URL", "https://environment.invalid")
    found = read(Path(sys.executable))
    wanted = {"index-url": "https://environment.invalid", "timeout": "2", "proxy": "http://p"}
    assert {name: found.get(name) for name in wanted} == wanted
    assert "format" not in found
