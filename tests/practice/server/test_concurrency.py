"""Many writers at once: every version is given once, no write is lost unseen."""

from concurrent.futures import ThreadPoolExecutor

from practice.server import PracticeServer
from tests.practice.server.client import SERVERS, Client, host

WRITERS, TURNS = 8, 15


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
