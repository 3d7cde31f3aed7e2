"""``python -m tests.forks.loader FD``: load NetBox once, then fork a child for each request that comes over socket FD.

A request is a line of JSON with ``arguments`` (what Python would be started with: ``-m``, a module, and its arguments),
``environment``, ``directory`` and ``log``. The answers are lines too: ``{"started": PID}``, and later
``{"ended": PID, "code": N}``. The end of the socket ends this process, and its children with it.
"""

import atexit
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from typing import Any

from practice.services.process import end_with_parent


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    load()
    if request := serve(channel):
        become(request)
    end(0)


def load() -> None:
    """What each of NetBox's processes does first: its applications and, for the system check, all URLs."""
    import django

    django.setup()
    from django.db import connections
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    connections.close_all()
    gc.collect()


def serve(channel: socket.socket) -> dict[str, Any] | None:
    """Answer until the other side is gone; then None. In a child: what it is to do."""
    ended, wakeup = socket.socketpair()
    for end in (ended, wakeup):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)
    ask_kernel = end_with_parent(signal.SIGTERM)
    unread = b""
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if ended in ready:
                ended.recv(4096)
                reap(channel)
            if channel not in ready:
                continue
            if not (received := channel.recv(65536)):
                return None
            *lines, unread = (unread + received).split(b"\n")
            for line in lines:
                if pid := fork():
                    tell(channel, started=pid)
                    continue
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for end in (ended, wakeup, channel):
                    end.close()
                if ask_kernel:
                    ask_kernel()
                return json.loads(line)


def fork() -> int:
    """As os.fork; the child leads a session of its own by the time that its number is known."""
    begun, begin = os.pipe()
    if not (pid := os.fork()):
        os.setsid()
    os.close(begin)
    if pid:
        os.read(begun, 1)  # nothing comes: the child has closed its end, or is dead
    os.close(begun)
    return pid


def reap(channel: socket.socket) -> None:
    """Tell of each child that has ended."""
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            tell(channel, ended=found[0], code=os.waitstatus_to_exitcode(found[1]))


def tell(channel: socket.socket, **answer: int) -> None:
    channel.sendall(json.dumps(answer).encode() + b"\n")


def become(request: dict[str, Any]) -> None:
    """Be the process that REQUEST describes, its output in the log."""
    output = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for number, file in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, output)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["directory"])
    option, module, *rest = request["arguments"]
    assert option == "-m"
    sys.argv = [module, *rest]
    code: Any = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as leave:
        code = leave.code
    except BaseException:  # noqa: BLE001  told as the interpreter tells it
        traceback.print_exc()
        code = 1
    end(code)


def end(code: Any) -> None:
    """As the interpreter ends, but without taking NetBox's heap to pieces, which costs seconds."""
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as multiprocessing's children do
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    main()
