"""Run by the Python of a NetBox that has the plugin's wheel and knows no checkout: see test_wheel.py.

``lifecycle.py used`` checks the migrations, opens pages, has NetBox keep what it keeps for objects of the plugin, and
migrates back.
``lifecycle.py without``, in a NetBox whose PLUGINS no longer name it, opens NetBox's own pages and takes out what
belongs to the user and not to the plugin.
"""

import json
import sys

import django

django.setup()

from core.models import ObjectChange, ObjectType
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from extras import models as extras
from tenancy.models import Contact, ContactAssignment, ContactRole
from users.models import ObjectPermission, User

API = "/api/plugins/hedgehog"
OWN_PAGES = ["/", "/core/changelog/", "/core/jobs/", "/core/background-queues/", "/extras/custom-fields/"]
OWN_PAGES += ["/extras/event-rules/", "/extras/journal-entries/", "/extras/tags/", "/users/permissions/"]
# What the user has made beside the plugin's objects, in the order in which it can be deleted.
BY_USER = [
    *(extras.EventRule, extras.Webhook, extras.CustomField, extras.SavedFilter, extras.CustomLink, extras.Tag),
    *(ObjectPermission, Contact, ContactRole),
]


def used() -> dict[str, object]:
    call_command("migrate", check_unapplied=True, verbosity=0)  # exits where the wheel has other migrations
    import netbox_hedgehog

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("somebody", password="Aa1" * 9))
    pages = {path: client.get(path).status_code for path in ("/plugins/hedgehog/fabrics/", "/plugins/hedgehog/runs/")}
    given = {"name": "dc1", "api_url": "https://127.0.0.1:1", "credential_kind": "token", "token": "secret"}
    made = client.post(f"{API}/fabrics/", given, content_type="application/json")
    fabric = made.json()
    pages["made"] = made.status_code
    pages["fabric"] = client.get(f"/plugins/hedgehog/fabrics/{fabric['id']}/").status_code
    pages["sync"] = client.post(f"{API}/fabrics/{fabric['id']}/sync/", {}, content_type="application/json").status_code
    keep_what_netbox_keeps(fabric["id"])
    logged = ObjectChange.objects.filter(changed_object_type__app_label="netbox_hedgehog").count()
    call_command("migrate", "netbox_hedgehog", "zero", interactive=False, verbosity=0)
    return {"file": netbox_hedgehog.__file__, "pages": pages, "logged": logged}


def keep_what_netbox_keeps(key: int) -> None:
    """One of all that NetBox hangs on an object, or makes for a type of object."""
    from netbox_hedgehog.jobs import FabricSyncScheduler
    from netbox_hedgehog.models import Fabric

    fabric, user = Fabric.objects.get(pk=key), User.objects.get(username="somebody")
    of_fabric, of_site = (
        ObjectType.objects.get_for_model(Fabric),
        ObjectType.objects.get(app_label="dcim", model="site"),
    )
    fabric.tags.add(extras.Tag.objects.create(name="t", slug="t"))
    hanging = {"object_type": of_fabric, "object_id": key}
    extras.JournalEntry.objects.create(assigned_object=fabric, comments="seen").tags.add("t")
    extras.Bookmark.objects.create(user=user, **hanging)
    extras.Subscription.objects.create(user=user, **hanging)
    extras.Notification.objects.create(user=user, event_type="hedgehog_sync_failed", **hanging)
    extras.TableConfig.objects.create(object_type=of_fabric, table="FabricTable", name="mine", columns=["name"])
    contact = {"contact": Contact.objects.create(name="c"), "role": ContactRole.objects.create(name="r", slug="r")}
    ContactAssignment.objects.create(**hanging, **contact)
    # "fabric" on sites can hold nothing any more and goes too; the others stay their owner's.
    values = {"type": "object", "related_object_type": of_fabric}
    extras.CustomField.objects.create(name="fabric", **values).object_types.set([of_site])
    hook = extras.Webhook.objects.create(name="hook", payload_url="http://127.0.0.1:1/")
    rule = {"event_types": ["hedgehog_sync_failed"], "action_object": hook, "action_type": "webhook"}
    made = [
        extras.CustomField.objects.create(name="owner", type="text"),
        extras.EventRule.objects.create(name="alarm", **rule),
        extras.SavedFilter.objects.create(name="f", slug="f", parameters={"name": ["dc1"]}),
        extras.CustomLink.objects.create(name="l", link_text="l", link_url="http://127.0.0.1/"),
        ObjectPermission.objects.create(name="p", actions=["view"]),
    ]
    for each in made:
        each.object_types.set([of_fabric])
    FabricSyncScheduler.bootstrap_all_fabric_schedules()


def without() -> dict[str, object]:
    user = User.objects.get(username="somebody")
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    rule = extras.EventRule.objects.get(name="alarm")
    pages = {path: client.get(path).status_code for path in [*OWN_PAGES, rule.get_absolute_url()]}
    told = {"enabled": rule.enabled, "event_types": rule.event_types}
    left = [str(model._meta.verbose_name) for model in BY_USER if model.objects.exists()]
    for model in BY_USER:
        model.objects.all().delete()
    # Not ours: NetBox makes one for Django's own table wherever a migration of any app is taken back.
    ContentType.objects.filter(app_label="migrations").delete()
    Session.objects.all().delete()
    user.delete()
    return {"pages": pages, "rule": told, "left to the user": left}


if __name__ == "__main__":
    print(json.dumps({"used": used, "without": without}[sys.argv[1]]()))
