"""The database and queue fixtures themselves."""

import psycopg
import pytest
from core.models import ObjectType
from extras.models import Tag

from netbox_hedgehog.models import Fabric
from tests.pristine import Pristine, schema


@pytest.mark.django_db
def test_template_holds_netbox_and_the_plugin():
    assert ObjectType.objects.get_for_model(Fabric).pk
    assert not Fabric.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_committed_rows_are_gone_in_the_next_test(time):
    assert not Tag.objects.exists()
    Tag.objects.create(name=time, slug=time)


def test_database_is_out_of_reach_without_the_mark():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Tag.objects.exists()


NEW_GROUP = "INSERT INTO users_group (name, description) VALUES ('a', '') RETURNING id"
TYPES = "SELECT array_agg((id, model) ORDER BY id) FROM django_content_type"


@pytest.fixture(scope="module")
def pristine(services):
    return Pristine(services, "pristine")


@pytest.fixture
def ask(services):
    """Runs a statement in a session of its own that is left open, as by a process that was killed."""

    def run(statement: str):
        where = {key: services.address("pristine")[key.upper()] for key in ("host", "port", "user", "password")}
        sessions.append(psycopg.connect(**where, dbname="pristine", autocommit=True))
        return sessions[-1].execute(statement)

    sessions: list[psycopg.Connection] = []
    yield run
    for session in sessions:
        session.close()


def test_renewed_database_has_none_of_what_was_written_and_gives_the_same_numbers_again(pristine, ask):
    first = ask(NEW_GROUP).fetchone()
    ask("INSERT INTO users_group (name, description) SELECT n::text, '' FROM generate_series(1, 1000) n")
    pristine.renew()
    assert ask("SELECT count(*) FROM users_group").fetchone() == (0,)
    assert ask(NEW_GROUP).fetchone() == first


@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET model = model || 'x' WHERE id = 1"])
def test_renewed_database_has_the_rows_of_its_template_again(pristine, ask, change):
    before = ask(TYPES).fetchone()
    ask(f"SET session_replication_role = replica; {change.format('django_content_type')}")
    assert ask(TYPES).fetchone() != before
    pristine.renew()
    assert ask(TYPES).fetchone() == before


def test_renewed_database_is_free_of_locks_and_of_open_transactions(pristine, ask):
    ask("BEGIN; LOCK TABLE users_group; INSERT INTO users_group (name, description) VALUES ('b', '')")
    ask("SELECT pg_advisory_lock(1)")
    pristine.renew()
    held = "SELECT count(*) FROM pg_locks WHERE pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database"
    assert ask(f"{held} WHERE datname = current_database())").fetchone() == (0,)
    assert ask("SELECT count(*) FROM users_group").fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE users_group ADD COLUMN more text",
        "ALTER TABLE users_group ADD CONSTRAINT strange CHECK (name <> 'strange')",
        "CREATE INDEX more ON users_group (description)",
        "ALTER TABLE users_group ALTER COLUMN description SET DEFAULT 'x'",
        "ALTER TABLE auth_permission DISABLE TRIGGER ALL",
        "CREATE TABLE more (id int)",
    ],
)
def test_change_of_the_schema_is_seen(pristine, ask, change):
    pristine.renew()
    session = ask(f"BEGIN; {change}").connection
    assert schema(session) != pristine.schema
    session.rollback()
    assert schema(session) == pristine.schema


def test_database_whose_schema_was_changed_is_cloned_anew(pristine, ask):
    number = "SELECT oid FROM pg_database WHERE datname = current_database()"
    before = ask(number).fetchone()
    ask("CREATE TABLE more (id int)")
    pristine.renew()
    assert ask(number).fetchone() != before
