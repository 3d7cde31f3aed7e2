"""Whatever stands in an object, through list and watch: the others go on, and every face shows what is stored.

HEDGEHOG_EXAMPLES asks for more examples than the suite has time for.
"""

import os

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netbox_hedgehog import kinds
from netbox_hedgehog.models import RunStateChoices, model_for
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter
from tests.builders import fabric as fabric_without_server
from tests.builders import manifest, user
from tests.netbox.generated.faces import show_everything
from tests.netbox.generated.objects import served
from tests.netbox.sync.conftest import _lease_without_its_thread, plugin  # noqa: F401
from tests.netbox.sync.given import sync
from tests.netbox.sync.texts import Texts, arrivals, dump

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HEDGEHOG_EXAMPLES", "5"))
OBJECTS = 6  # of an example
generated = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="HEDGEHOG_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
KINDS = st.lists(st.sampled_from(kinds.KINDS), min_size=2, max_size=2, unique=True)


@st.composite
def batch(draw):
    """Kinds, each with objects: (kind, texts)."""
    return [(kind, [draw(served(kind, number))[1] for number in range(OBJECTS)]) for kind in draw(KINDS)]


def plain(kind: kinds.Kind) -> bytes:
    group = kind.group.partition(".")[0]
    return dump(manifest(kind.kind, group, "plain", namespace="default", uid="uid-plain", resourceVersion="7"))


@pytest.fixture
def browser(plugin):  # noqa: F811
    plugin(watch_lease_seconds=600)
    client = Client()
    client.force_login(user("root", superuser=True))
    return client


def shown(browser, fabric, about) -> None:
    """What is stored of the kinds is on every face, and goes with its fabric."""
    rows = [row for kind, _ in about for row in model_for(kind).objects.filter(fabric=fabric)]
    assert {row.name for row in rows} >= {"plain"}
    assert show_everything(browser, fabric, rows) > 10
    fabric.delete()
    assert not any(model_for(kind).objects.exists() for kind, _ in about)


@given(about=batch())
@generated
def test_fault_87_whatever_a_list_brings_is_stored_and_shown_or_one_issue(browser, monkeypatch, about):
    with transaction.atomic(), monkeypatch.context() as patch:
        fabric = fabric_without_server("lab")
        Texts(patch, {kind.plural: [plain(kind), *texts] for kind, texts in about})
        run = sync(fabric)
        assert run.state in (RunStateChoices.SUCCEEDED, RunStateChoices.PARTIAL), run.error_message
        for kind, texts in about:
            counts, issues = run.counts[kind.kind], run.issues.filter(kind=kind.kind).count()
            assert counts["malformed"] == issues
            assert counts["created"] == model_for(kind).objects.count()
            assert counts["listed"] == counts["created"] + issues <= len(texts) + 1
        again = sync(fabric)
        assert not again.changes.exists()
        shown(browser, fabric, about)
        transaction.set_rollback(True)


@given(about=batch())
@generated
def test_fault_87_whatever_a_stream_brings_is_stored_and_shown_or_left_out(browser, about):
    with transaction.atomic():
        fabric = fabric_without_server("lab")
        batches = Batches(WatchWriter(fabric, leases.claim(fabric.pk, "watcher-1")), Throttle())
        for kind, texts in about:
            batches.write(arrivals(kind.kind, [("ADDED", plain(kind))]))
            for text in texts:
                batches.write(arrivals(kind.kind, [("ADDED", text)], unfit=True))
            batches.write(arrivals(kind.kind, [("DELETED", text) for text in texts[:2]], unfit=True))
        shown(browser, fabric, about)
        transaction.set_rollback(True)
