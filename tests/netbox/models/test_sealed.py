"""The sealed credential is out of reach for everything that renders, exports, serializes or logs a fabric."""

import json

import pytest
from core.models import ObjectType
from django.core import serializers
from extras.models import CustomLink, ExportTemplate
from jinja2.exceptions import SecurityError, UndefinedError
from users.models import User
from utilities.jinja2 import render_jinja2

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.models.sealed import sealed_text
from tests.builders import SECRET, fabric
from tests.netbox.api.given import BASE, client, encoded
from tests.netbox.views.given import address, root

pytestmark = pytest.mark.django_db

OF_ONE = (
    "{{ obj.credential_data }}",
    "{{ obj.credential_data|string }}{{ obj.credential_data|list }}",
    "{{ obj.credential_data._text }}",
    '{{ obj.credential_data|attr("_text") }}',
    '{{ obj.credential_data["_text"] }}',
    '{{ "%s %r"|format(obj.credential_data, obj.credential_data) }}',
    "{{ obj.__dict__ }}",
    "{{ obj|pprint }}",
    '{{ obj|attr("__dict__") }}',
    "{{ obj._entered }}",
    "{{ obj.entered }}",
    "{{ obj.target() }}{{ obj.target }}",
    "{{ obj.serialize_object() }}",
    "{{ obj.serialize_object(exclude=[]) }}",
    '{{ obj.to_objectchange("update").postchange_data }}',
    '{{ obj.set_credential(token="x") }}',
    "{{ obj.clone() }}",
    '{{ obj.serializable_value("credential_data") }}',
    "{{ obj.runs.model.fabric.field }}",
)
OF_MANY = (
    "{{ queryset.values() }}",
    '{{ queryset.values("credential_data") }}',
    '{% for row in queryset.values() %}{{ row["credential_data"] }}{% endfor %}',
    '{{ queryset.values_list("credential_data", flat=True)|list }}',
    '{{ queryset.values_list("credential_data", flat=True)|join(",") }}',
    '{{ queryset.order_by("credential_data").distinct("credential_data").values_list()|list }}',
    '{{ queryset.only("credential_data").first().credential_data }}',
    '{{ queryset.in_bulk(field_name="name") }}',
)


@pytest.fixture
def lab():
    made = fabric("lab")
    made.entered = {"token": SECRET}
    return made


def leaks(lab):
    return (*encoded(SECRET), sealed_text(lab.credential_data), "gAAAAA")


def rendered(code, **context):
    try:
        return render_jinja2(code, context)
    except (SecurityError, UndefinedError, TypeError, AttributeError) as refused:
        return str(refused)


@pytest.mark.parametrize("code", [*OF_ONE, *OF_MANY])
def test_no_template_prints_it(lab, code):
    again = Fabric.objects.get()
    text = rendered(code, obj=again, queryset=Fabric.objects.all()) + rendered(code, obj=lab, queryset=[lab])
    assert [leak for leak in leaks(lab) if leak in text] == []


def test_an_export_template_and_a_custom_link_do_not_print_it(lab):
    kind = ObjectType.objects.get_for_model(Fabric)
    code = "{% for f in queryset %}[{{ f.credential_data }}]{% endfor %}{{ queryset.values() }}"
    ExportTemplate.objects.create(name="leak", template_code=code).object_types.set([kind])
    link = CustomLink.objects.create(
        name="leak",
        enabled=True,
        link_text="[{{ object.credential_data }}]",
        link_url="http://h/{{ object.credential_data }}",
    )
    link.object_types.set([kind])
    browser = root()
    texts = {
        "page": browser.get(address(lab)).content.decode(),
        "list": browser.get(f"{address(Fabric)}?export=leak").content.decode(),
        "REST": client(User.objects.get(username="root")).get(f"{BASE}/fabrics/", {"export": "leak"}).content.decode(),
    }
    for name, text in texts.items():
        assert "[(sealed)]" in text, name
        assert [leak for leak in leaks(lab) if leak in text] == [], name


def test_a_dump_of_the_database_keeps_it(lab):
    text = serializers.serialize("json", [lab])
    assert json.loads(text)[0]["fields"]["credential_data"] == sealed_text(lab.credential_data)
    (again,) = serializers.deserialize("json", text)
    assert again.object.credential_data == lab.credential_data


def test_it_is_stored_found_and_compared_as_a_text_would_be(lab):
    again = Fabric.objects.get(credential_data=lab.credential_data)
    assert again.credential_data == lab.credential_data == sealed_text(lab.credential_data)
    assert hash(again.credential_data) == hash(lab.credential_data)
    assert not Fabric.objects.filter(credential_data="").exists()
    again.save()
    again.refresh_from_db()
    assert again.target().credential.value == SECRET
    assert repr(again.credential_data) == "<Sealed: (sealed)>"
