"""The fabric's form: what it asks for, what it never tells, and what it says of a credential that cannot be used."""

import pytest
from core.models import ObjectChange

from netbox_hedgehog.models import VPC, Fabric
from netbox_hedgehog.models.sealed import sealed_text
from tests.builders import KUBECONFIG, SECRET, fabric, grant, thing, user
from tests.netbox.api.given import encoded
from tests.netbox.views.given import HTMX, address, browser, root, text

pytestmark = pytest.mark.django_db

GUARDS = {"shrink_percent": 30, "shrink_count": 5, "removal_runs": 2, "removal_hours": 1}
COMMON = {"name": "lab", "mode": "observe", "sync_interval": 300, **GUARDS}
TOKEN = {**COMMON, "credential_kind": "token", "api_url": "https://192.0.2.1:6443", "token": f" {SECRET}\n"}


def parts(of):
    of.refresh_from_db()
    credential = of.target().credential
    return getattr(credential, "value", credential)


def test_a_token_is_sealed_and_never_told():
    admin = root()
    answer = admin.post(address(Fabric, "add"), TOKEN)
    made = Fabric.objects.get()
    assert answer.status_code == 302
    assert parts(made) == SECRET
    pages = [admin.get(where).content.decode() for where in (address(made), address(made, "edit"), address(Fabric))]
    pages.append(str([change.postchange_data for change in ObjectChange.objects.all()]))
    pages.append(sealed_text(made.credential_data))
    for leak in encoded(SECRET):
        assert not any(leak in page for page in pages)


def test_a_refused_form_does_not_echo_the_secret():
    answer = root().post(address(Fabric, "add"), {**TOKEN, "name": ""})
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()


def test_left_empty_the_stored_credential_stays():
    lab = fabric("lab")
    before = lab.credential_data
    root().post(address(lab, "edit"), {**COMMON, "credential_kind": "kubeconfig", "description": "new"})
    lab.refresh_from_db()
    assert (lab.description, lab.credential_data) == ("new", before)


def test_another_kind_of_credential_needs_a_secret_of_its_own():
    lab = fabric("lab")
    answer = root().post(address(lab, "edit"), {**TOKEN, "token": ""})
    assert answer.status_code == 200
    assert "token" in answer.context["form"].errors
    lab.refresh_from_db()
    assert lab.credential_kind == "kubeconfig"


def test_a_credential_without_secret_forgets_the_old_one():
    lab = fabric("lab")
    assert root().post(address(lab, "edit"), {**COMMON, "credential_kind": "in_cluster"}).status_code == 302
    lab.refresh_from_db()
    assert (lab.credential_data, lab.credential_set) == ("", None)


def test_half_a_certificate_is_not_enough():
    given = {**TOKEN, "credential_kind": "certificate", "certificate": "-----BEGIN CERTIFICATE-----"}
    errors = root().post(address(Fabric, "add"), given).context["form"].errors
    assert set(errors) == {"key"}


def test_a_kubeconfig_brings_its_address():
    given = {**COMMON, "credential_kind": "kubeconfig", "kubeconfig": KUBECONFIG}
    assert root().post(address(Fabric, "add"), given).status_code == 302
    assert Fabric.objects.get().api_url == "https://192.0.2.1:6443"


@pytest.mark.parametrize(
    ("kubeconfig", "code"),
    [
        ("just words", "not yaml"),
        (KUBECONFIG.replace(f"token: {SECRET}", "exec: {command: aws}"), "exec"),
        ("a: [unclosed", "not yaml: line 2"),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_is_told_beside_its_field(kubeconfig, code):
    given = {**COMMON, "credential_kind": "kubeconfig", "kubeconfig": kubeconfig}
    answer = root().post(address(Fabric, "add"), given)
    (error,) = answer.context["form"].errors["kubeconfig"]
    assert code in error.lower()
    assert error[:40] in text(answer).replace("&#x27;", "'")
    assert not Fabric.objects.exists()


def test_a_file_outside_the_directories_is_refused_beside_its_field():
    given = {**COMMON, "credential_kind": "kubeconfig_file", "credential_file": "/etc/passwd"}
    (error,) = root().post(address(Fabric, "add"), given).context["form"].errors["credential_file"]
    assert "credential_directories" in error


def test_choosing_a_kind_shows_its_fields_alone_and_sends_no_secret_by_get():
    admin = root()
    whole = admin.get(address(Fabric, "add")).content.decode()
    assert 'name="kubeconfig"' in whole
    assert 'name="token"' not in whole
    assert 'hx-params="not token,certificate,key,kubeconfig,csrfmiddlewaretoken"' in whole
    part = admin.get(
        address(Fabric, "add"), {"credential_kind": "certificate", "name": "kept"}, **HTMX
    ).content.decode()
    for name in ("certificate", "key", "api_url", "ca_certificate"):
        assert f'name="{name}"' in part
    for name in ("kubeconfig", "token", "credential_file"):
        assert f'name="{name}"' not in part
    assert 'value="kept"' in part


def test_many_fabrics_at_once_keep_their_credentials():
    labs = [fabric("a"), fabric("b")]
    before = [lab.credential_data for lab in labs]
    asked = {"pk": [lab.pk for lab in labs], "sync_interval": 900, "_apply": ""}
    assert root().post(address(Fabric, "bulk_edit"), asked).status_code == 302
    for lab in labs:
        lab.refresh_from_db()
    assert [lab.sync_interval for lab in labs] == [900, 900]
    assert [lab.credential_data for lab in labs] == before


def test_guards_of_kinds_are_lines():
    lab = fabric("lab")
    admin = root()
    given = {**COMMON, "credential_kind": "kubeconfig", "kind_guards": " VPC : 10 : 0\r\n\r\nNovelty:0:3\r\n"}
    assert admin.post(address(lab, "edit"), given).status_code == 302
    lab.refresh_from_db()
    assert lab.kind_guards == {"VPC": {"percent": 10, "count": 0}, "Novelty": {"percent": 0, "count": 3}}
    assert "VPC:10:0\nNovelty:0:3</textarea>" in admin.get(address(lab, "edit")).content.decode()
    said = text(admin.get(address(lab)))
    assert "VPCs: more than 10% and more than 0 objects Novelty: more than 0% and more than 3 objects" in said
    assert admin.post(address(lab, "edit"), {**given, "kind_guards": ""}).status_code == 302
    lab.refresh_from_db()
    assert lab.kind_guards == {}
    assert "Of these kinds others" not in text(admin.get(address(lab)))


def test_guards_of_kinds_are_copied_with_a_fabric():
    lab = fabric("lab", kind_guards={"VPC": {"percent": 10, "count": 0}})
    admin = root()
    from utilities.querydict import prepare_cloned_fields

    clone = admin.get(f"{address(Fabric, 'add')}?{prepare_cloned_fields(lab).urlencode()}").content.decode()
    assert "VPC:10:0</textarea>" in clone


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("Server:5:1\nVPC:10", "Line 2: KIND:PERCENT:COUNT is needed"),
        ("\n\nVPC:101:0", "Line 3: VPC: percent has to be a whole number from 0 to 100"),
        ("vpc:10:0", "Line 1: vpc: the kind is written VPC"),
        ("VPC:1:1\nVPC:2:2", "Line 2: VPC has a guard already"),
        (":1:1", "Line 1: A guard without a kind"),
    ],
)
def test_a_guard_that_cannot_be_is_told_by_its_line_and_what_was_typed_stays(lines, words):
    lab = fabric("lab")
    answer = root().post(address(lab, "edit"), {**COMMON, "credential_kind": "kubeconfig", "kind_guards": lines})
    assert answer.status_code == 200
    (error,) = answer.context["form"].errors["kind_guards"]
    assert words in error
    assert lines.rpartition("\n")[2] in answer.content.decode()


def test_guards_of_kinds_are_imported_as_json():
    admin = root()
    data = (
        "name,credential_kind,kind_guards\n"
        'lab,in_cluster,"{""VPC"": {""percent"": 10, ""count"": 0}}"\n'
        "other,in_cluster,"
    )
    asked = {"data": data, "format": "csv", "csv_delimiter": ",", "import_method": "direct"}
    assert admin.post(address(Fabric, "bulk_import"), asked).status_code == 302
    made = dict(Fabric.objects.values_list("name", "kind_guards"))
    assert made == {"lab": {"VPC": {"percent": 10, "count": 0}}, "other": {}}
    refused = admin.post(address(Fabric, "bulk_import"), {**asked, "data": data.replace("10", "110")})
    assert "from 0 to 100" in text(refused)


def test_import_takes_no_secret():
    admin = root()
    csv = "name,credential_kind,mode\nlab,in_cluster,observe"
    asked = {"data": csv, "format": "csv", "csv_delimiter": ",", "import_method": "direct"}
    assert admin.post(address(Fabric, "bulk_import"), asked).status_code == 302
    assert Fabric.objects.get().credential_kind == "in_cluster"
    refused = admin.post(address(Fabric, "bulk_import"), {**asked, "data": csv.replace("in_cluster", "token")})
    assert refused.status_code == 200
    assert Fabric.objects.count() == 1


def test_delete_needs_confirmation_and_takes_the_objects_along():
    lab = fabric()
    for name in ("one", "two"):
        thing(VPC, lab, name)
    admin = root()
    asked = text(admin.get(address(lab, "delete")))
    assert "2 VPCs" in asked
    assert "one" not in asked.partition("2 VPCs")[0].split("following")[-1]
    assert admin.post(address(lab, "delete"), {"confirm": True}).status_code == 302
    assert not Fabric.objects.exists()
    assert not VPC.objects.exists()


def test_forms_need_permission():
    lab = fabric()
    ann = user()
    grant(ann, ["view"], Fabric)
    her = browser(ann)
    for where in (address(Fabric, "add"), address(lab, "edit"), address(lab, "delete"), address(Fabric, "bulk_edit")):
        assert her.get(where).status_code == 403
