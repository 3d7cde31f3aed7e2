"""What belongs to the plugin in NetBox's tables goes with the plugin's tables, and never before."""

from io import StringIO

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from redis.exceptions import ConnectionError as RedisAway

from netbox_hedgehog import uninstall
from netbox_hedgehog.models import Fabric

pytestmark = pytest.mark.django_db
CONFIG = apps.get_app_config("netbox_hedgehog")


@pytest.fixture
def no_table(monkeypatch):
    """As after ``migrate netbox_hedgehog zero``, where the plugin's tables are concerned."""
    monkeypatch.setattr("django.db.backends.postgresql.introspection.DatabaseIntrospection.table_names", lambda *_: [])


def ours() -> int:
    return ContentType.objects.filter(app_label="netbox_hedgehog").count()


def test_any_other_migration_takes_nothing_away():
    before = ours()
    assert before > 20
    out = StringIO()
    uninstall.forget_plugin(CONFIG, "default", stdout=out)
    assert (ours(), out.getvalue()) == (before, "")


def test_another_database_is_left_alone(no_table):
    before = ours()
    uninstall.forget_plugin(CONFIG, "schema_branch")
    assert ours() == before


def test_it_says_what_it_removed_and_the_second_time_nothing(no_table, monkeypatch):
    monkeypatch.setattr(uninstall, "_forget_queue", list)
    before = ContentType.objects.get_for_model(Fabric).pk
    said = []
    for _ in range(2):
        out = StringIO()
        uninstall.forget_plugin(CONFIG, "default", stdout=out)
        said.append(out.getvalue())
    assert "content types with their permissions" in said[0]
    assert said[1] == ""
    assert not ContentType.objects.filter(pk=before).exists()


def test_without_redis_the_database_is_cleaned_all_the_same_and_the_rest_is_told(no_table, monkeypatch):
    def away(_name):
        raise RedisAway("no answer")

    monkeypatch.setattr("django_rq.get_queue", away)
    out = StringIO()
    uninstall.forget_plugin(CONFIG, "default", stdout=out)
    assert ours() == 0
    assert "netbox_hedgehog.hedgehog_sync in Redis, which does not answer (no answer)" in out.getvalue()
