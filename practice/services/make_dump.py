"""``make dump``: run NetBox's own migrations on an empty private database, and write the dump that is committed.

Beside it, what it was made from; see ``proven``.
"""

import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from practice.services import database, dump, proven
from practice.services.account import service_account
from practice.services.netbox import CHECKOUT
from practice.services.postgresql import PostgreSQL
from practice.services.problem import Problem
from practice.services.programs import find_postgresql

NAME = "migrated"


def main() -> None:
    account = service_account()
    base = account.directory(CHECKOUT / ".demo" / "postgresql")
    directory = Path(tempfile.mkdtemp(dir=base))
    account.give(directory)
    server = PostgreSQL(find_postgresql(base / "programs"), directory, account, "for-the-dump-alone", durable=False)
    try:
        with tempfile.TemporaryDirectory() as root:
            server.create(Path(root) / "initdb.log")
            server.start(Path(root) / "postgresql.log")
            server.wait()
            print("Running NetBox's migrations: minutes", flush=True)
            dump.migrate_from_nothing(server, Path(root), Path(sys.prefix), NAME)
            dump.write(dump.dump_text(server, NAME))
            proven.note(server, Path(sysconfig.get_path("purelib")))
    finally:
        server.stop()
        shutil.rmtree(directory)
    print(f"Wrote {database.DUMP}")


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(str(problem))
