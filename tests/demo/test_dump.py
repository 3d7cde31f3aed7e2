"""The committed dump against what NetBox's migrations make today."""

import pytest

from practice.services import database, dump
from tests.services import VENV


@pytest.mark.slow
def test_dump_equals_what_the_migrations_make(services, tmp_path):
    """Tables, functions, rows: both databases are dumped by the same program. Minutes: 812 migrations run."""
    database.create_from_dump(services.address("restored"), "restored")
    dump.migrate_from_nothing(services.postgresql, tmp_path, VENV, "migrated")
    restored, migrated = (dump.dump_text(services.postgresql, name) for name in ("restored", "migrated"))
    assert sorted(restored.splitlines()) == sorted(migrated.splitlines()), "run: make dump"
