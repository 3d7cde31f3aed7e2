"""All that a database holds, to be compared with what it holds later."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

__all__ = ("snapshot",)

CATALOGUE = {
    "columns": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "triggers": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    "sequences": "SELECT sequencename FROM pg_sequences",
}


def snapshot(address: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Each row of each table, and each entry of the catalogue, as text beside the place where it is.

    What sequences have counted to is left out: a number once given is not given back.
    """
    found = set()
    where = {"host": address["HOST"], "port": address["PORT"], "user": address["USER"]}
    with psycopg.connect(**where, password=address["PASSWORD"], dbname=address["NAME"]) as connection:
        for name, query in CATALOGUE.items():
            found |= {(name, str(row)) for row in connection.execute(query)}
        tables = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        for table in tables:
            query = sql.SQL("SELECT row::text FROM {} AS row").format(sql.Identifier(table))
            found |= {(table, text) for (text,) in connection.execute(query)}
    return found
