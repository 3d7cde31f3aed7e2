"""A worker, which has made its classes anew, finds the view or view set of the job that it takes."""

import pytest
from core.models import Job
from extras.models import Tag

from netbox_hedgehog.models import VPC, Fabric, OtherResource, Switch
from tests.builders import thing, user
from tests.netbox.api.given import BASE, client
from tests.netbox.views.given import address, browser
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_worker_does_the_background_jobs_of_page_api_and_import(fabric, worker):
    worker.start("default")
    tag = Tag.objects.create(name="gold", slug="gold")
    rows = [thing(model, fabric) for model in (VPC, OtherResource, Switch)]
    root = user("root", superuser=True)
    pages, api = browser(root), client(root)
    for row in rows[:2]:
        asked = {"pk": [row.pk], "add_tags": [tag.pk], "background_job": "on", "_apply": ""}
        assert pages.post(address(type(row), "bulk_edit"), asked).status_code == 302
    body = [{"id": rows[2].pk, "tags": [{"slug": "gold"}]}]
    assert api.patch(f"{BASE}/switches/?background=true", body, format="json", HTTP_HOST="127.0.0.1").status_code == 202
    text = "name,credential_kind\nimported,in_cluster\n"
    asked = {"data": text, "format": "csv", "csv_delimiter": ",", "import_method": "direct", "background_job": "on"}
    assert pages.post(address(Fabric, "bulk_import"), asked).status_code == 302
    jobs = Job.objects.filter(user=root)  # without NetBox's own
    until(lambda: not jobs.filter(status__in=("pending", "running")), 60)
    assert list(jobs.values_list("status", "error")) == [("completed", "")] * 4
    assert [list(row.tags.all()) for row in rows] == [[tag]] * 3
    assert Fabric.objects.filter(name="imported").exists()
