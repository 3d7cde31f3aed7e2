"""``python -m benchmarks.pauses [--seconds S]``: how long the garbage collector stops a web worker, and how often.

Two processes of NetBox, one after the other, each asked for lists over REST for S seconds: as NetBox starts by itself,
and with its heap frozen at the end of start-up (``netbox_hedgehog.heap.freeze_heap``).
"""

import argparse
import gc
import json
import os
import platform
import subprocess
import sys
import time
from contextlib import ExitStack

from benchmarks.scenario import django_setup
from tests.services import STATE, Services

__all__ = ("main",)

ASKED = "/api/plugins/hedgehog/fabrics/"
FABRICS = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of requests in each process (20)")
    parser.add_argument("--child", choices=("as it is", "frozen"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measured(options.seconds, frozen=options.child == "frozen")))
        return
    STATE.mkdir(exist_ok=True)
    services = Services("pauses")
    with ExitStack() as stack:
        stack.callback(services.stop)
        services.start()
        services.clone("pauses")
        environment = services.instance("pauses").environment()
        print(f"{platform.platform()}, Python {platform.python_version()}, load {os.getloadavg()}", flush=True)
        for how in ("as it is", "frozen"):
            command = [sys.executable, "-m", "benchmarks.pauses", "--seconds", str(options.seconds), "--child", how]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
            print(line(how, json.loads(done.stdout.splitlines()[-1])), flush=True)


def line(how: str, found: dict[str, float]) -> str:
    return (
        f"heap {how:<8}  longest pause {found['longest']:6.0f} ms, {found['collections']:.0f} collections, "
        f"a full one {found['full']:6.0f} ms; {found['objects']:,.0f} objects looked at by it; "
        f"{found['requests']:.0f} requests, p95 {found['p95']:.0f} ms, max {found['max']:.0f} ms"
    )


def measured(seconds: float, *, frozen: bool) -> dict[str, float]:
    """Milliseconds of the longest pause while lists are asked for, and of one full collection after that."""
    django_setup()
    from netbox_hedgehog.heap import freeze_heap

    client = prepared()
    client.get(ASKED, SERVER_NAME="localhost")
    gc.collect()  # both begin without garbage
    if frozen:
        freeze_heap()
    pauses: list[float] = []
    begun = 0.0

    def note(phase: str, _info: dict[str, int]) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.perf_counter()
        else:
            pauses.append(1000 * (time.perf_counter() - begun))

    gc.callbacks.append(note)
    took, until = [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        start = time.perf_counter()
        answer = client.get(ASKED, SERVER_NAME="localhost")
        took.append(1000 * (time.perf_counter() - start))
        if answer.status_code != 200:
            sys.exit(f"{ASKED} was answered with {answer.status_code}")
    gc.callbacks.remove(note)
    took.sort()
    objects, start = len(gc.get_objects()), time.perf_counter()
    gc.collect()
    return {
        "longest": max(pauses, default=0.0),
        "collections": len(pauses),
        "full": 1000 * (time.perf_counter() - start),
        "objects": objects,
        "requests": len(took),
        "p95": took[int(len(took) * 0.95) - 1],
        "max": took[-1],
    }


def prepared():
    """A client of NetBox, and fabrics to list."""
    from rest_framework.test import APIClient
    from users.models import User

    from netbox_hedgehog.models import Fabric

    user, _ = User.objects.get_or_create(username="benchmark", is_superuser=True)
    if not Fabric.objects.exists():
        Fabric.objects.bulk_create(Fabric(name=f"fabric-{number}") for number in range(FABRICS))
    client = APIClient()
    client.force_authenticate(user)
    return client


if __name__ == "__main__":
    main()
