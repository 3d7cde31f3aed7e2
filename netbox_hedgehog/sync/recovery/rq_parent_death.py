"""The processes that an RQ worker forks, its scheduler and one for each job, end when it is killed.

Left alone, they outlive it and keep its connections to Redis open: the scheduler for ever. Then a dead worker looks
alive, to Redis, which goes on handing it jobs, and to whoever asks who serves the queue. No issue of RQ's is known that
asks for it. Remove when RQ's processes notice by themselves that their worker is gone.
"""

import ctypes
import os
import signal
import sys
from functools import cache

__all__ = ("die_with_parent",)

PR_SET_PDEATHSIG = 1  # prctl(2)


class _Parent:
    """The process that is about to fork."""

    pid = 0


@cache
def die_with_parent() -> None:
    """From now on, children that this process forks are asked to end (SIGTERM) when it has ended. Linux only."""
    if sys.platform != "linux":
        return
    prctl = ctypes.CDLL(None).prctl

    def note() -> None:
        _Parent.pid = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != _Parent.pid:  # it was killed in between
            os._exit(1)

    os.register_at_fork(before=note, after_in_child=ask)
