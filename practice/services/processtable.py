"""The system's processes: when one started, and which share a session."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

__all__ = ("kill_session", "session", "started")

PROC = Path("/proc")


def started(pid: int) -> str | None:
    """A mark that tells process PID from another one with its number, before or after; None where there is none."""
    if (PROC / "self/stat").exists():
        fields = _stat(pid)
        # A zombie is no process any more: its parent was killed, or is about to reap it.
        return None if fields is None or fields[0] == "Z" else fields[19]
    listed = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], check=False, capture_output=True, text=True)
    return listed.stdout.strip() or None


def kill_session(leader: int) -> None:
    """SIGKILL to every process of the session that LEADER began (without /proc: of its process group)."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for pid in session(leader):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def session(leader: int) -> list[int]:
    """The processes of the session that LEADER began (none where the system has no /proc)."""
    if not (PROC / "self/stat").exists():
        return []
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if (fields := _stat(pid)) and fields[3] == str(leader)]


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the program's name (which may hold spaces and parentheses)."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
