"""Compare what NetBox shows with what the cluster holds: the number of objects of each kind.

Exit status 0 when all agree; else a line for each kind that differs.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from netbox_hedgehog import kinds
from netbox_hedgehog.cluster import Cluster, read_kubeconfig
from practice.demo.rest import Rest

API = "/api/plugins/hedgehog"


def main() -> None:
    access = json.loads(Path(sys.argv[1]).read_text())
    rest = Rest(access["url"], access["api_token"])
    wrong = total = 0
    for name, held, shown in compare(rest, access["kubeconfig"]):
        total += held
        if held != shown:
            wrong += 1
            print(f"{name}: the cluster holds {held}, NetBox shows {shown}")
    if not total:
        print("The cluster holds no Hedgehog object: nothing was checked.")
    print(f"{total} objects on the cluster; {wrong} kinds differ")
    sys.exit(1 if wrong or not total else 0)


def compare(rest: Rest, kubeconfig: str) -> Iterator[tuple[str, int, int]]:
    """Each kind that the cluster serves: its name, the objects there, the objects in NetBox."""
    with Cluster(read_kubeconfig(kubeconfig)) as cluster:
        for resource in cluster.discover().resources:
            if "list" not in resource.verbs:
                continue
            held = sum(len(page.items) for page in cluster.list(resource))
            if kinds.find(resource.group, resource.kind):
                path = f"{API}/{resource.plural}/?limit=1"
            else:
                path = f"{API}/other-resources/?limit=1&kind={resource.kind}"
            yield resource.kind, held, rest.get(path)["count"]


if __name__ == "__main__":
    main()
