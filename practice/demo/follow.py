"""Request a sync as any REST client would, and show how it goes."""

import time
from typing import Any

from practice.demo.rest import Rest
from practice.services.problem import Problem
from practice.services.terminal import Terminal

__all__ = ("live", "sync")

API = "/api/plugins/hedgehog"
ACTIVE = ("queued", "running")
GOOD = ("succeeded", "partial")
POLL = 0.25


def sync(rest: Rest, fabric: str, terminal: Terminal, alive: Any, seconds: float = 600) -> dict[str, Any]:
    """Sync FABRIC through the queue and return the run; ALIVE() raises where a process has died meanwhile."""
    found = rest.get(f"{API}/fabrics/?name={fabric}")["results"]
    if not found:
        raise Problem(f"NetBox does not know a fabric {fabric}.")
    run = rest.post(f"{API}/fabrics/{found[0]['id']}/sync/")
    began = time.monotonic()
    while state(run) in ACTIVE:
        alive()
        if time.monotonic() - began > seconds:
            raise Problem(f"The sync is {state(run)} after {seconds:.0f} s: {run.get('progress')}")
        terminal.progress(percent(run), describe(run))
        time.sleep(POLL)
        run = rest.get(f"{API}/runs/{run['id']}/")
    terminal.progress(100, f"sync {state(run)}")
    if state(run) not in GOOD:
        error = run.get("error") or {}
        raise Problem(
            f"The sync of fabric {fabric} ended {state(run)}: {error.get('message', '')} [{error.get('code', '')}]\n"
            f"{error.get('hint', '')}"
        )
    return run


def live(rest: Rest, fabric: str, terminal: Terminal, alive: Any, seconds: float = 30) -> None:
    """Wait until FABRIC is followed live, so that whoever changes something then sees it at once; SECONDS at the most.

    A cluster that does not let itself be watched is a good one for a demo too.
    """
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        alive()
        freshness = rest.get(f"{API}/fabrics/?name={fabric}")["results"][0]["freshness"]
        if freshness["value"] == "live":
            terminal.say("The watcher follows the fabric")
            return
        terminal.working("Waiting for the watcher to follow the fabric")
        time.sleep(POLL)
    terminal.say(f"The fabric is not followed live; see the watcher's log. Freshness: {freshness['label']}")


def state(run: dict[str, Any]) -> str:
    """The run's state as a word; a choice field may bring its label too."""
    value = run["state"]
    return value["value"] if isinstance(value, dict) else value


def percent(run: dict[str, Any]) -> int:
    return int((run.get("progress") or {}).get("percent", 0))


def describe(run: dict[str, Any]) -> str:
    progress = run.get("progress") or {}
    if state(run) == "queued":
        return "queued, waiting for the worker"
    return f"{progress.get('phase', 'running')} {progress.get('kind', '')}".strip()
