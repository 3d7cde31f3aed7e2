"""The committed dump against what NetBox's migrations make."""

import os
import shutil
import sysconfig
from pathlib import Path

import pytest

from practice.services import database, dump, proven
from tests.services import VENV

SITE_PACKAGES = Path(sysconfig.get_path("purelib"))


@pytest.mark.slow
def test_dump_equals_what_the_migrations_make(services, tmp_path):
    """Tables, functions, rows: both databases are dumped by the same program.

    812 migrations take minutes, and the same files make the same tables. So they run where the dump, a file of NetBox
    or of what it requires, or PostgreSQL's version is not what ``make dump`` has noted; with PROVE_DUMP=1 always.
    """
    if proven.is_proven(services.postgresql, SITE_PACKAGES) and "PROVE_DUMP" not in os.environ:
        return
    database.create_from_dump(services.address("restored"), "restored")
    dump.migrate_from_nothing(services.postgresql, tmp_path, VENV, "migrated")
    restored, migrated = (dump.dump_text(services.postgresql, name) for name in ("restored", "migrated"))
    assert sorted(restored.splitlines()) == sorted(migrated.splitlines()), "run: make dump"


@pytest.fixture
def packages(tmp_path) -> Path:
    """A site-packages with a NetBox that requires one package, and a package that it does not require."""
    for name, requires in (("netbox", "Some.Fields[c]>=1"), ("some-fields", ""), ("other", "")):
        module, information = tmp_path / name.replace("-", "_"), tmp_path / f"{name.replace('-', '_')}-1.dist-info"
        for folder in (module, information):
            folder.mkdir()
        (module / "__init__.py").write_text("number = 1")
        (module / "rows.json").write_text("[1]")
        (information / "METADATA").write_text(f"Name: {name}\nVersion: 1\nRequires-Dist: {requires}\n")
        (information / "RECORD").write_text(f"{module.name}/__init__.py,,\n{module.name}/rows.json,,\n")
    return tmp_path


@pytest.mark.parametrize("file", ["netbox/__init__.py", "netbox/rows.json", "some_fields/__init__.py"])
def test_digest_of_the_dump_is_another_when_a_file_that_it_is_made_from_is(packages, file):
    before = proven.digest(packages)
    (packages / file).write_text("number = 2")
    assert proven.digest(packages) != before


def test_digest_of_the_dump_is_another_when_the_dump_is(packages):
    other = packages / "other.sql.gz"
    shutil.copy(database.DUMP, other)
    before = proven.digest(packages, other)
    other.write_bytes(other.read_bytes() + b"x")
    assert proven.digest(packages, other) != before


def test_digest_of_the_dump_stays_when_a_package_changes_that_netbox_does_not_require(packages):
    before = proven.digest(packages)
    (packages / "other/__init__.py").write_text("number = 2")
    assert proven.digest(packages) == before


def test_dump_is_proven_for_this_postgresql_and_these_packages_alone(packages, monkeypatch, services):
    monkeypatch.setattr(proven, "NOTE", packages / "note.json")
    assert not proven.is_proven(services.postgresql, packages)
    proven.note(services.postgresql, packages)
    assert proven.is_proven(services.postgresql, packages)
    with monkeypatch.context() as patch:
        patch.setattr(proven, "postgresql_version", lambda _programs: 1)
        assert not proven.is_proven(services.postgresql, packages)
    (packages / "netbox/__init__.py").write_text("number = 2")
    assert not proven.is_proven(services.postgresql, packages)
