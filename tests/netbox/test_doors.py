"""Form, REST, bulk import and command take the same and refuse the same, with the same code and sentence."""

import json

import pytest
from users.models import User

from netbox_hedgehog.models import Fabric
from tests.builders import KUBECONFIG, SECRET, user
from tests.netbox.api.given import BASE, admin, client
from tests.netbox.command.conftest import hedgehog_sync
from tests.netbox.views.given import address, browser, root, text
from tests.pure.cluster.certificates import Authority

__all__ = ("hedgehog_sync",)

pytestmark = pytest.mark.django_db

AT = "https://192.0.2.1:6443"
CERTIFICATE, KEY = Authority().issue()
OTHER_KEY = Authority().issue()[1]
LARGE = KUBECONFIG.replace(SECRET, "x" * 2_000_000)
NEEDED = "Needed with credential_kind {}, and it is left out or empty."


def token(**values):
    return {"credential_kind": "token", "api_url": AT, "token": SECRET, **values}


def certificate(**values):
    return {"credential_kind": "certificate", "api_url": AT, "certificate": CERTIFICATE, "key": KEY, **values}


def pasted(text):
    return {"credential_kind": "kubeconfig", "kubeconfig": text}


def server(url):
    return pasted(KUBECONFIG.replace(AT, url))


# What is entered, the field that is wrong, the code, and the words that must be in the sentence.
WRONG = [
    (token(token=" \n"), "token", "needed", NEEDED.format("token")),
    (token(token="a b"), "token", "credential_invalid", "odd characters"),
    (token(token="x" * 2_000_000), "token", "credential_invalid", "larger than 1,048,576 bytes"),
    (token(api_url=""), "api_url", "needed", "address of the Kubernetes API is needed"),
    (token(api_url="https://h:99999"), "api_url", "invalid", "Port out of range"),
    (token(api_url="https://h:0"), "api_url", "invalid", "Port out of range 1-65535"),
    (token(api_url="https://h:x"), "api_url", "invalid", "Port could not be cast"),
    (token(api_url="https://me@h"), "api_url", "invalid", "a user, a query or a fragment"),
    (token(api_url="https://["), "api_url", "invalid", "Invalid IPv6 URL"),
    (token(api_url="http://192.0.2.1"), "api_url", "credential_invalid", "not encrypted"),
    (token(ca_certificate="not PEM"), "ca_certificate", "credential_invalid", "not a certificate in PEM form"),
    (token(ca_certificate=KEY), "ca_certificate", "credential_invalid", "not a certificate in PEM form"),
    (certificate(certificate="x"), "certificate", "credential_invalid", "not a certificate in PEM form"),
    (certificate(key="x"), "key", "credential_invalid", "not a private key in PEM form"),
    (certificate(key=OTHER_KEY), "key", "credential_invalid", "key values mismatch"),
    (certificate(key=""), "key", "needed", NEEDED.format("certificate")),
    (pasted(""), "kubeconfig", "needed", NEEDED.format("kubeconfig")),
    (pasted("just words"), "kubeconfig", "kubeconfig_invalid", "Not YAML"),
    (pasted("a: 1"), "kubeconfig", "kubeconfig_invalid", "current-context"),
    (
        pasted(KUBECONFIG.replace(f"token: {SECRET}", "exec: {command: x}")),
        "kubeconfig",
        "credential_exec_refused",
        "exec",
    ),
    (
        pasted(LARGE),
        "kubeconfig",
        "kubeconfig_invalid",
        "larger than 1,048,576 bytes",
    ),
    (server(f"https://h/{'x' * 600}"), "kubeconfig", "invalid", "610 characters; NetBox stores 500"),
    (server("https://h:99999"), "kubeconfig", "invalid", "Port out of range"),
    (server("http://192.0.2.1"), "kubeconfig", "credential_invalid", "not encrypted"),
    (
        pasted(KUBECONFIG.replace('server: "', 'certificate-authority-data: bm8gUEVN, server: "')),
        "kubeconfig",
        "credential_invalid",
        "not a certificate in PEM form",
    ),
    ({"credential_kind": "kubeconfig_file"}, "credential_file", "needed", NEEDED.format("kubeconfig_file")),
    (
        {"credential_kind": "kubeconfig_file", "credential_file": "/etc/shadow"},
        "credential_file",
        "credential_invalid",
        "not in a directory",
    ),
    (
        {"credential_kind": "in_cluster", "namespaces": ["a b"]},
        "namespaces",
        "invalid_namespace",
        "'a b' is no namespace",
    ),
    (
        {"credential_kind": "in_cluster", "sync_interval": 59},
        "sync_interval",
        "min_value",
        "greater than or equal to 60",
    ),
    ({"credential_kind": "in_cluster", "sync_interval": 2**31}, "sync_interval", "max_value", "2147483647"),
    ({"credential_kind": "in_cluster", "shrink_percent": 101}, "shrink_percent", "max_value", "100"),
    ({"credential_kind": "in_cluster", "removal_runs": -1}, "removal_runs", "min_value", "0"),
]
IDS = [f"{field}-{words[:30]}" for _, field, _, words in WRONG]
FORM = {
    "name": "lab",
    "mode": "observe",
    "sync_interval": 300,
    "shrink_percent": 30,
    "shrink_count": 5,
    "removal_runs": 2,
    "removal_hours": 1,
}
LISTED = {"namespaces": ",".join}


def superuser():
    """The browser of the superuser whose REST client others of these are."""
    return browser(User.objects.filter(username="root").first() or user("root", superuser=True))


def of_form(values):
    """(code, sentence) by field, as the page shows it."""
    values = {name: LISTED[name](value) if name in LISTED else value for name, value in values.items()}
    answer = superuser().post(address(Fabric, "add"), {**FORM, **values})
    assert answer.status_code == 200
    found = json.loads(answer.context["form"].errors.as_json())
    return {field: [(each["code"], each["message"]) for each in errors] for field, errors in found.items()}


def of_rest(values):
    caller = client(User.objects.filter(username="root").first() or user("root", superuser=True))
    answer = caller.post(f"{BASE}/fabrics/", {"name": "lab", **values}, format="json")
    assert answer.status_code == 400, answer.content
    return {field: [(each.code, str(each)) for each in errors] for field, errors in answer.data.items()}


@pytest.mark.parametrize(("values", "field", "code", "words"), WRONG, ids=IDS)
def test_form_and_rest_refuse_the_same_with_the_same_sentence(values, field, code, words):
    form, rest = of_form(values), of_rest(values)
    (said,) = rest[field]
    assert form[field] == [said]
    assert form.keys() == rest.keys() == {field}
    # Django and REST framework have names of their own for bounds; ours are the same.
    assert said[0] == code
    assert words in said[1]
    assert SECRET not in said[1]
    assert not Fabric.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "code", "words"),
    [each for each in WRONG if each[1] == "kubeconfig" and each[0]["kubeconfig"]],
    ids=lambda each: each[:20] if isinstance(each, str) else "",
)
def test_the_command_says_it_in_the_same_words(hedgehog_sync, tmp_path, values, field, code, words):
    ((_, sentence),) = of_rest(values)[field]
    file = tmp_path / "kubeconfig"
    file.write_text(values["kubeconfig"])
    answer = hedgehog_sync("add", "lab", "--kubeconfig", file, "--json")
    error = answer.json["error"]
    assert (answer.status, error["code"]) == (2, code)
    assert f"{error['message'].rstrip('.')}. {error['hint']}".strip() == f"{file}: {sentence}"
    assert not Fabric.objects.exists()


def imported(rows):
    asked = {"data": json.dumps(rows), "format": "json", "import_method": "direct"}
    return superuser().post(address(Fabric, "bulk_import"), asked)


@pytest.mark.parametrize(
    ("values", "field", "code", "words"),
    [each for each in WRONG if each[0]["credential_kind"] in ("kubeconfig_file", "in_cluster")],
    ids=lambda each: each[:20] if isinstance(each, str) else "",
)
def test_an_import_says_it_in_the_same_words(values, field, code, words):
    ((_, sentence),) = of_rest(values)[field]
    row = {name: LISTED[name](value) if name in LISTED else value for name, value in values.items()}
    answer = imported([{"name": "lab", **row}])
    assert answer.status_code == 200
    assert sentence in text(answer)
    assert not Fabric.objects.exists()


@pytest.fixture
def lab():
    made = Fabric(
        name="lab", api_url=AT, ca_certificate=CERTIFICATE, credential_kind="token", entered={"token": SECRET}
    )
    made.full_clean()
    made.save()
    return made


def by_form(lab):
    assert root().post(address(lab, "edit"), {**FORM, "credential_kind": "in_cluster"}).status_code == 302


def by_rest(lab):
    url = f"{BASE}/fabrics/{lab.pk}/"
    assert admin().patch(url, {"credential_kind": "in_cluster"}, format="json").status_code == 200


def by_rest_in_bulk(lab):
    body = [{"id": lab.pk, "credential_kind": "in_cluster"}]
    assert admin().patch(f"{BASE}/fabrics/", body, format="json").status_code == 200


def by_import(lab):
    assert imported([{"id": lab.pk, "name": "lab", "credential_kind": "in_cluster"}]).status_code == 302


def by_script(lab):
    lab.credential_kind = "in_cluster"
    lab.full_clean()
    lab.save()


@pytest.mark.parametrize("door", [by_form, by_rest, by_rest_in_bulk, by_import, by_script])
def test_what_belongs_to_another_kind_of_credential_goes(lab, door):
    door(lab)
    lab = Fabric.objects.get()
    assert lab.credential_kind == "in_cluster"
    assert (lab.credential_data, lab.credential_set) == ("", None)
    assert (lab.api_url, lab.ca_certificate, lab.credential_file) == ("", "", "")


def test_a_blank_token_does_not_replace_the_stored_one(lab):
    url, caller = f"{BASE}/fabrics/{lab.pk}/", admin()
    for blank in ("", " ", "\n"):
        refused = caller.patch(url, {"token": blank}, format="json")
        assert (refused.status_code, list(refused.json())) == (400, ["token"])
    lab.refresh_from_db()
    assert lab.target().credential.value == SECRET


def test_a_fabric_whose_credential_became_useless_can_still_be_edited(lab, settings):
    Fabric.objects.update(credential_data="written under a key that is lost")
    lab = Fabric.objects.get()
    lab.suspended = True
    lab.full_clean()
    answer = admin().patch(f"{BASE}/fabrics/{lab.pk}/", {"description": "x"}, format="json")
    assert answer.status_code == 200, answer.content


def test_a_form_that_is_refused_says_that_the_secret_must_be_entered_again(lab):
    asked = {**FORM, "name": "", **token(token="n3w")}
    she = root()
    answer = she.post(address(lab, "edit"), asked)
    assert list(answer.context["form"].errors) == ["name"]
    assert "Enter it again: the form was not saved" in text(answer)
    assert "n3w" not in answer.content.decode()
    untouched = she.post(address(lab, "edit"), {**asked, "token": ""})
    assert "Enter it again" not in text(untouched)
