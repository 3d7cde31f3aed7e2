"""Make the demo's database from the dump where it is not there yet; the argument is a file with its address."""

import json
import sys
from pathlib import Path

from practice.services import database

KEPT = 4  # databases, one a cluster; when there would be more, the oldest go


def main(path: Path) -> None:
    address = json.loads(path.read_text())
    name = address["NAME"]
    if database.exists(address, name):
        return
    for old in database.names(address, "netbox_")[: -KEPT + 1]:
        database.drop(address, old)
    database.create_from_dump(address, name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
