"""A database put back to what its template holds, for a small part of what a fresh clone of 250 tables costs."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from tests.services import Services

__all__ = ("Pristine", "schema")

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
SEQUENCES = "SELECT sequencename, start_value, last_value FROM pg_sequences"
END_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# What a statement that changes the schema writes to, so that xmin, the number of the writing transaction, is another.
CATALOGS = ("pg_attrdef", "pg_attribute", "pg_constraint", "pg_db_role_setting", "pg_index", "pg_proc", "pg_trigger")
VACUUMED_ROWS = 500  # dead rows that later tests would have to read past


class Pristine:
    """Database NAME of SERVICES, a clone of the template; ``renew`` makes it one again."""

    def __init__(self, services: Services, name: str) -> None:
        self.services = services
        self.name = name
        self._clone()

    def renew(self) -> None:
        """Bring rows and sequences back, or everything where the schema was changed; sessions on it are ended."""
        with self._connect() as connection:
            connection.execute(END_OTHERS)
            if as_it_was := schema(connection) == self.schema:
                self._restore(connection)
        if not as_it_was:
            self._clone()

    def _clone(self) -> None:
        self.services.clone(self.name)
        with self._connect() as connection:
            self.tables = [name for (name,) in connection.execute(TABLES)]
            self.rows = {name: _copy(connection, name) for name in _filled(connection, self.tables)}
            self.schema = schema(connection)
            self.digests = _digests(connection, self.rows)
            self.sequences = _sequences(connection)

    def _restore(self, connection: psycopg.Connection) -> None:
        digests = _digests(connection, self.rows)
        changed = [name for name in self.rows if digests[name] != self.digests[name]]
        written = _filled(connection, [name for name in self.tables if name not in self.rows])
        for name in self._write_back(connection, [*written, *changed]):
            connection.execute(sql.SQL("VACUUM {}").format(sql.Identifier(name)))

    def _write_back(self, connection: psycopg.Connection, tables: Iterable[str]) -> list[str]:
        """Give TABLES the rows they had, and all sequences their values; returns the tables that held many rows."""
        many = []
        with connection.transaction():
            # Neither foreign keys nor triggers: whatever refers to these rows is written back as well.
            connection.execute("SET LOCAL session_replication_role = replica")
            for name in tables:
                if connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name))).rowcount > VACUUMED_ROWS:
                    many.append(name)
                if name in self.rows:
                    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                        copy.write(self.rows[name])
            for name, now in _sequences(connection).items():
                if now != self.sequences[name]:
                    start, last = self.sequences[name]
                    values = name, start if last is None else last, last is not None
                    connection.execute("SELECT setval(quote_ident(%s)::regclass, %s, %s)", values)
        return many

    def _connect(self) -> psycopg.Connection:
        address = self.services.address(self.name)
        where = {key: address[key.upper()] for key in ("host", "port", "user", "password")}
        return psycopg.connect(**where, dbname=self.name, autocommit=True, connect_timeout=10)


def _filled(connection: psycopg.Connection, tables: Iterable[str]) -> list[str]:
    """Which of TABLES have a row."""
    one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    asked = [one.format(sql.Literal(name), sql.Identifier(name)) for name in tables]
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asked))]


def _copy(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(copy)


def schema(connection: psycopg.Connection) -> Any:
    """A mark that is another after any change of the schema."""
    one = sql.SQL("(SELECT (count(*), sum(xmin::text::bigint)) FROM {})")
    asked = [one.format(sql.Identifier(name)) for name in CATALOGS]
    return connection.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(asked))).fetchone()


def _digests(connection: psycopg.Connection, tables: Iterable[str]) -> dict[str, Any]:
    """A mark of the rows that each of TABLES has."""
    one = sql.SQL("SELECT {}, (SELECT (count(*), sum(hashtextextended(t::text, 0))) FROM {} t)")
    asked = [one.format(sql.Literal(name), sql.Identifier(name)) for name in tables]
    return dict(connection.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall())


def _sequences(connection: psycopg.Connection) -> dict[str, tuple[int, int | None]]:
    """Each sequence's first value and its last one; None where it has given none yet."""
    return {name: (start, last) for name, start, last in connection.execute(SEQUENCES)}
