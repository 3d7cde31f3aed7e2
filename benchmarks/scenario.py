"""One measured scenario, in a process of its own: ``python -m benchmarks.scenario NAME KUBECONFIG [--times N]``.

Prints one line of JSON: seconds of each time, SQL statements of the last time, memory in MiB before and at the peak.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.cluster import Api
from benchmarks.faces import faces, fill_runs
from benchmarks.measure import Statements, Stopwatch, now_mib, peak_mib
from benchmarks.objects import PATH
from netbox_hedgehog.cluster import Cluster, read_kubeconfig

FABRIC = "benchmark"
REQUEST_ID = "5d9d2dd6-6c3a-4b6e-9a53-6f3a0d1f7a11"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SCENARIOS)
    parser.add_argument("kubeconfig", type=Path)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument(
        "--objects", type=int, default=500, help="for save_each: how many objects; for lists: how many runs"
    )
    options = parser.parse_args()
    print(json.dumps(SCENARIOS[options.name](options)))


def floor(
    options: argparse.Namespace, parse: Callable[[bytes], Any], gzip: bool = False, all_kinds: bool = True
) -> dict[str, Any]:
    """Get all pages of ALL_KINDS and parse them, one at a time: nobody can know what a cluster holds for less.

    Or of Connections alone, which is where the objects are.
    """
    api = Api(options.kubeconfig, gzip)
    with Cluster(read_kubeconfig(options.kubeconfig)) as cluster:
        served = [f"{kind.group}/{kind.version}/{kind.plural}" for kind in cluster.discover().resources]
    paths = served if all_kinds else [PATH]
    list(api.pages())  # the connection is made, as it is when a sync comes to its first kind
    before, watch = now_mib(), Stopwatch()

    def read() -> None:
        for path in paths:
            for body in api.pages(path):
                parse(body)

    for _ in range(options.times):
        watch.run(read)
    return said(watch, before)


def sync(options: argparse.Namespace) -> dict[str, Any]:
    """A sync by the engine itself, as the worker's job calls it."""
    django_setup()
    from netbox_hedgehog.models import SyncRun
    from netbox_hedgehog.sync.execute.run import execute
    from netbox_hedgehog.sync.runs.transitions import enqueue

    fabric = make_fabric(options.kubeconfig)
    statements, watch = Statements(), Stopwatch()
    before = now_mib()
    for _ in range(options.times):
        run, _ = enqueue(fabric, "command", None, FABRIC)
        with statements.counting():
            watch.run(partial(execute, run, FABRIC))
    ended = SyncRun.objects.get(pk=run)
    counts = {name: value for name, value in ended.counts.get("Connection", {}).items() if value}
    if ended.state != "succeeded":
        sys.exit(f"the run ended {ended.state}: {ended.error_message}")
    return said(watch, before, statements=statements.verbs, written=statements.written, counts=counts)


def lists(options: argparse.Namespace) -> dict[str, Any]:
    """The faces that list things, asked by an administrator, after a sync and with as many runs as objects.

    The sync was another process: a web worker does not have all that it has held in memory.
    """
    django_setup()
    from django.test import Client
    from users.models import UserConfig

    from netbox_hedgehog.models import SyncRun

    run = SyncRun.objects.get()
    fill_runs(run.fabric_id, options.objects)
    client, user = Client(HTTP_HOST="127.0.0.1"), make_user()
    client.force_login(user)
    found = {}
    for face, path in faces(run.fabric_id, run.pk).items():
        statements, watch = Statements(), Stopwatch()
        UserConfig.objects.filter(user=user).update(data={})  # NetBox keeps how a table was sorted last
        for _ in range(WARM):  # templates are compiled, object types looked up
            ask(client, path)
        for _ in range(options.times):
            with statements.counting():
                watch.run(partial(ask, client, path))
        found[face] = said(watch, 0, statements=statements.verbs)
    return found


def ask(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")


def save_each(options: argparse.Namespace) -> dict[str, Any]:
    """What a plugin without an engine does: get, full_clean and save for each object, change log and search on."""
    django_setup()
    from netbox.context_managers import event_tracking
    from utilities.request import NetBoxFakeRequest

    fabric, user = make_fabric(options.kubeconfig), make_user()
    request = NetBoxFakeRequest(
        {"META": {}, "POST": {}, "GET": {}, "FILES": {}, "user": user, "path": "", "id": REQUEST_ID}
    )
    statements, watch = Statements(), Stopwatch()
    before = now_mib()

    def work() -> None:
        with event_tracking(request):
            for obj in some(options.kubeconfig, options.objects):
                save_one(fabric, obj)

    with statements.counting():
        watch.run(work)
    return said(watch, before, statements=statements.verbs, written=statements.written, objects=options.objects)


def said(watch: Stopwatch, before: float, **more: Any) -> dict[str, Any]:
    """What was measured; BEFORE is the memory before the work."""
    return {"seconds": watch.wall, "cpu": watch.cpu, "memory": [before, peak_mib()], **more}


def save_one(fabric: Any, obj: dict[str, Any]) -> None:
    from netbox_hedgehog.models import Connection

    metadata = obj["metadata"]
    identity = {"fabric": fabric, "namespace": metadata["namespace"], "name": metadata["name"]}
    try:
        row = Connection.objects.get(**identity)
        row.snapshot()
    except Connection.DoesNotExist:
        row = Connection(**identity)
    row.api_version, row.uid = obj["apiVersion"], metadata["uid"]
    row.resource_version, row.generation = metadata["resourceVersion"], metadata["generation"]
    row.live, row.status = obj["spec"], obj.get("status")
    row.labels, row.annotations = metadata.get("labels", {}), metadata.get("annotations", {})
    row.full_clean()
    row.save()


def some(kubeconfig: Path, count: int) -> Iterator[dict[str, Any]]:
    """The first COUNT listed Connections."""
    for body in Api(kubeconfig).pages():
        for obj in json.loads(body)["items"]:
            if not count:
                return
            count -= 1
            yield obj


def make_fabric(kubeconfig: Path) -> Any:
    """The fabric of KUBECONFIG, made where it is not there."""
    from netbox_hedgehog.models import Fabric

    fabric = Fabric.objects.filter(name=FABRIC).first() or Fabric(name=FABRIC)
    fabric.set_credential(kubeconfig=kubeconfig.read_text())
    fabric.full_clean()
    fabric.save()
    return fabric


def make_user() -> Any:
    from users.models import User

    return User.objects.get_or_create(username=FABRIC, defaults={"is_superuser": True})[0]


def django_setup() -> None:
    import django

    django.setup()


WARM = 2
SCENARIOS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "floor": lambda options: floor(options, msgspec.json.decode),
    "floor_one_kind": lambda options: floor(options, msgspec.json.decode, all_kinds=False),
    "floor_stdlib": lambda options: floor(options, json.loads),
    "floor_gzip": lambda options: floor(options, msgspec.json.decode, gzip=True),
    "sync": sync,
    "lists": lists,
    "save_each": save_each,
}

if __name__ == "__main__":
    main()
