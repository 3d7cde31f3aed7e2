"""What the committed dump was made from, so that it need not be made again to know that it is right.

NetBox pins all that it needs, so the same files give the same tables. ``make dump`` notes a digest of all of them, of
the dump, and which PostgreSQL it was; where one of them is another, a test runs the migrations and compares.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from importlib.metadata import PathDistribution, distributions
from pathlib import Path

from practice.services import database, dump
from practice.services.postgresql import PostgreSQL
from practice.services.programs import postgresql_version
from practice.services.requirements import needed_by_netbox

__all__ = ("digest", "is_proven", "note")

SUFFIXES = (".py", ".json", ".sql")  # what a migration can be, or read
NOTE = database.DUMP.with_name(database.DUMP.name.replace(".sql.gz", ".proven.json"))


def is_proven(server: PostgreSQL, site_packages: Path) -> bool:
    """Whether the dump as it is has been compared with what these very packages make on a PostgreSQL like SERVER."""
    noted = json.loads(NOTE.read_text()) if NOTE.exists() else {}
    return noted.get("digest") == digest(site_packages) and postgresql_version(server.programs) in noted["postgresql"]


def note(server: PostgreSQL, site_packages: Path) -> None:
    """Note that the dump is what the packages in SITE_PACKAGES make on SERVER."""
    noted = json.loads(NOTE.read_text()) if NOTE.exists() else {}
    of_all = digest(site_packages)
    majors = {*(noted["postgresql"] if noted.get("digest") == of_all else ()), postgresql_version(server.programs)}
    NOTE.write_text(json.dumps({"digest": of_all, "postgresql": sorted(majors)}) + "\n")


def digest(site_packages: Path, dumped: Path = database.DUMP) -> str:
    """Of all code and data in NetBox and in what it requires, of the file DUMPED, and of how that is made."""
    made = hashlib.blake2b(dumped.read_bytes(), digest_size=32)
    for name, path in [(Path(dump.__file__).name, Path(dump.__file__)), *sorted(_sources(site_packages))]:
        content = path.read_bytes()
        made.update(f"\n{name} {len(content)}\n".encode() + content)
    return made.hexdigest()


def _sources(site_packages: Path) -> Iterator[tuple[str, Path]]:
    wanted = {"netbox", *(_name(re.split(r"[\[ =<>~!;(]", each)[0]) for each in needed_by_netbox(site_packages))}
    for distribution in distributions(path=[str(site_packages)]):
        if isinstance(distribution, PathDistribution) and _name(distribution.metadata["Name"]) in wanted:
            for file in distribution.files or ():
                if file.suffix in SUFFIXES and not file.parts[0].endswith(".dist-info"):
                    yield str(file), Path(str(distribution.locate_file(file)))


def _name(written: str) -> str:
    """A distribution's name in the one form in which all spellings of it are the same."""
    return re.sub(r"[-_.]+", "-", written).lower()
