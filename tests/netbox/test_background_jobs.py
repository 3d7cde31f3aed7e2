"""What NetBox defers to a background job on request: the job finds our view, runs, and writes."""

import pytest
from core.models import Job, ObjectChange, ObjectType
from extras.models import CustomField, Tag

from netbox_hedgehog.models import VPC, Fabric, OtherResource
from tests.builders import KINDS, fabric, grant, thing, user
from tests.netbox.api.given import BASE, admin, client, plural
from tests.netbox.views.given import address, browser, root

pytestmark = pytest.mark.django_db

IN_BACKGROUND = {"background_job": "on", "_apply": ""}


def endpoint(model):
    return f"{BASE}/{plural(model)}/?background=true"


def done(jobs, count=1):
    """The JOBS, all of which have ended well."""
    assert [(job.status, job.error) for job in jobs] == [("completed", "")] * count, [job.log_entries for job in jobs]
    return jobs


@pytest.fixture
def tag():
    """A tag; objects of all kinds have a custom field called rack too."""
    field = CustomField.objects.create(name="rack", type="text")
    field.object_types.set([ObjectType.objects.get_for_model(model) for model in KINDS])
    return Tag.objects.create(name="gold", slug="gold")


def marked(model, tag):
    """Whether both objects of MODEL have the tag and the custom field, and what the cluster said of them."""
    rows = model.objects.order_by("name")
    return [(list(row.tags.all()), row.custom_field_data, row.live) for row in rows] == [
        ([tag], {"rack": "r7"}, {})
    ] * 2


def test_objects_of_every_kind_are_edited_by_a_job_of_the_page(tag, queued_jobs):
    lab, admin = fabric(), root()
    for model in KINDS:
        keys = [thing(model, lab, name).pk for name in ("a", "b")]
        asked = {"pk": keys, "add_tags": [tag.pk], "cf_rack": "r7", **IN_BACKGROUND}
        assert admin.post(address(model, "bulk_edit"), asked).status_code == 302
    assert not [model for model in KINDS if marked(model, tag)]
    done(queued_jobs(), len(KINDS))
    assert [model for model in KINDS if not marked(model, tag)] == []
    assert set(ObjectChange.objects.values_list("user_name", "action")) == {("root", "update")}


def test_objects_of_every_kind_are_edited_by_a_job_of_the_api(tag, queued_jobs):
    lab, caller = fabric(), admin()
    for model in KINDS:
        keys = [thing(model, lab, name).pk for name in ("a", "b")]
        body = [{"id": key, "tags": [{"slug": "gold"}], "custom_fields": {"rack": "r7"}} for key in keys]
        answer = (caller.put if model is VPC else caller.patch)(endpoint(model), body, format="json")
        assert answer.status_code == 202, answer.json()
    assert not [model for model in KINDS if marked(model, tag)]
    jobs = done(queued_jobs(), len(KINDS))
    assert [model for model in KINDS if not marked(model, tag)] == []
    assert {job.data["status_code"] for job in jobs} == {200}
    assert [each["name"] for each in jobs[-1].data["data"]] == ["a", "b"]
    assert jobs[-1].pk == answer.json()["job"]["id"]


def test_all_that_a_filter_finds_is_edited_by_a_job(tag, queued_jobs):
    lab = fabric()
    for name in ("a", "b", "other"):
        thing(VPC, lab, name)
    address_ = f"{address(VPC, 'bulk_edit')}?name=a&name=b"
    assert root().post(address_, {"_all": "on", "add_tags": [tag.pk], **IN_BACKGROUND}).status_code == 302
    done(queued_jobs())
    assert [vpc.name for vpc in VPC.objects.filter(tags=tag)] == ["a", "b"]


def test_a_job_is_bound_by_the_permissions_of_whoever_asked(tag, queued_jobs):
    lab = fabric()
    mine, other = thing(VPC, lab, "mine"), thing(VPC, lab, "other")
    ann = user()
    grant(ann, ["view", "change"], VPC, constraints={"name": "mine"})
    body = [{"id": row.pk, "tags": [{"slug": "gold"}]} for row in (mine, other)]
    assert client(ann).patch(endpoint(VPC), body, format="json").status_code == 202
    asked = {"pk": [mine.pk, other.pk], "add_tags": [tag.pk], **IN_BACKGROUND}
    browser(ann).post(address(VPC, "bulk_edit"), asked)
    by_api, *_ = queued_jobs()
    assert (by_api.status, by_api.data["status_code"]) == ("failed", 400)
    assert not VPC.objects.filter(tags=tag).exists()


def test_objects_of_a_kind_are_made_and_removed_by_no_job(queued_jobs):
    one = thing(OtherResource, fabric())
    caller = admin()
    for verb in ("post", "delete"):
        body = [{"id": one.pk}]
        assert getattr(caller, verb)(endpoint(OtherResource), body, format="json").status_code == 405
    assert queued_jobs() == []


def test_fabrics_are_edited_and_removed_by_jobs(queued_jobs):
    labs = [fabric("one"), fabric("two")]
    thing(VPC, labs[0])
    sealed = labs[0].credential_data
    admin = root()
    keys = [lab.pk for lab in labs]
    asked = {"pk": keys, "sync_interval": 600, **IN_BACKGROUND}
    assert admin.post(address(Fabric, "bulk_edit"), asked).status_code == 302
    done(queued_jobs())
    assert list(Fabric.objects.values_list("sync_interval", flat=True)) == [600, 600]
    assert Fabric.objects.get(name="one").credential_data == sealed
    asked = {"pk": keys[:1], "confirm": "on", "_confirm": "", "background_job": "on"}
    assert admin.post(address(Fabric, "bulk_delete"), asked).status_code == 302
    assert Fabric.objects.count() == 2
    done(queued_jobs(), 2)
    assert [lab.name for lab in Fabric.objects.all()] == ["two"]
    assert not VPC.objects.exists()


@pytest.mark.parametrize("good", [True, False], ids=["good", "bad"])
def test_fabrics_are_imported_by_a_job(good, queued_jobs):
    interval = 600 if good else 1
    text = f"name,credential_kind,sync_interval\nimported,in_cluster,{interval}\n"
    asked = {"data": text, "format": "csv", "csv_delimiter": ",", "import_method": "direct", "background_job": "on"}
    assert root().post(address(Fabric, "bulk_import"), asked).status_code == 302
    assert not Fabric.objects.exists()
    (job,) = queued_jobs()
    if good:
        assert job.status == "completed", job.log_entries
        assert Fabric.objects.get().sync_interval == 600
    else:
        assert job.status == "failed"
        assert "sync_interval" in " ".join(entry["message"] for entry in job.log_entries)
        assert not Fabric.objects.exists()


def test_fabrics_are_removed_by_a_job_of_the_api(queued_jobs):
    lab, other = fabric("one"), fabric("two")
    answer = admin().delete(f"{BASE}/fabrics/?background=true", [{"id": lab.pk}], format="json")
    assert answer.status_code == 202, answer.json()
    assert done(queued_jobs())[0].data["status_code"] == 204
    assert list(Fabric.objects.all()) == [other]


@pytest.mark.parametrize("verb", ["post", "patch", "put"])
def test_no_credential_of_a_fabric_waits_in_a_queue(verb, queued_jobs):
    lab = fabric()
    body = [{"id": lab.pk, "name": "fabric-a", "credential_kind": "token", "token": "t", "description": "x"}]
    answer = getattr(admin(), verb)(f"{BASE}/fabrics/?background=true", body, format="json")
    assert answer.status_code == 400
    assert "Background processing is not supported" in str(answer.json())
    assert not Job.objects.exists()
