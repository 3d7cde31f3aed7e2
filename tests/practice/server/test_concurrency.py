"""Many writers at once: every version is given once, no write is lost unseen."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, Client, host

WRITERS, TURNS = 8, 15


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Let threads take turns as often as they can, so that a missing lock shows."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_versions_are_unique_and_conflicts_are_told(server: PracticeServer) -> None:
    server.put(host("shared"))

    def work(number: int) -> tuple[list[str], int]:
        client, versions, conflicts = Client(server), [], 0
        for turn in range(TURNS):
            made = client.send("POST", SERVERS, host(f"s-{number}-{turn}"))
            versions.append(made.data["metadata"]["resourceVersion"])
            seen = client.get(f"{SERVERS}/shared").data
            seen["metadata"]["annotations"] = {**seen["metadata"].get("annotations", {}), f"w-{number}-{turn}": "x"}
            answer = client.send("PUT", f"{SERVERS}/shared", seen)
            assert answer.status in (200, 409)
            if answer.status == 200:
                versions.append(answer.data["metadata"]["resourceVersion"])
            else:
                conflicts += 1
        return versions, conflicts

    with ThreadPoolExecutor(WRITERS) as pool:
        results = list(pool.map(work, range(WRITERS)))
    versions = [version for given, _ in results for version in given]
    conflicts = sum(count for _, count in results)
    assert len(versions) == len(set(versions))
    kept = server.get("servers", "shared")
    assert kept is not None
    assert len(kept["metadata"]["annotations"]) == WRITERS * TURNS - conflicts
    assert len(server.list("servers")) == WRITERS * TURNS + 1


def test_threads_of_this_process_and_clients_do_not_disturb_each_other(server: PracticeServer) -> None:
    def fill(number: int) -> list[str]:
        return [server.put(host(f"t-{number}-{turn:03}"))["metadata"]["resourceVersion"] for turn in range(200)]

    def read(_: int) -> list[str]:
        client, seen = Client(server), []
        for _turn in range(20):
            page = client.get(SERVERS, limit=100)
            rest = client.get(SERVERS, **{"continue": page.data["metadata"]["continue"]}) if page.names[99:] else None
            names = page.names + (rest.names if rest and page.data["metadata"]["continue"] else [])
            seen.append(names == sorted(set(names)))
        return [str(seen.count(False))]

    with ThreadPoolExecutor(WRITERS) as pool:
        written = [pool.submit(fill, number) for number in range(WRITERS - 2)]
        read_wrong = [pool.submit(read, number).result() for number in range(2)]
        versions = [version for future in written for version in future.result()]
    assert read_wrong == [["0"], ["0"]]
    assert len(versions) == len(set(versions)) == 200 * (WRITERS - 2)
    assert len(server.list("servers")) == 200 * (WRITERS - 2)
