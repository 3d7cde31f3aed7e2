"""Run a practice fabric in the foreground until INT or TERM."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from practice.server import source
from practice.server.registry import Registry, hedgehog
from practice.server.service import HOST, Service
from practice.server.state import State
from practice.server.store import Store


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m practice", description=__doc__)
    parser.add_argument(
        "--dir", type=Path, required=True, help="where kubeconfig, certificates, tokens and objects are kept"
    )
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument("--snapshot", type=Path, metavar="FILE", help="begin with this recorded state")
    begin.add_argument("--empty", action="store_true", help="begin with nothing but the kinds")
    parser.add_argument(
        "--port", type=int, default=0, help="the port on 127.0.0.1; without it the one of last time, else any"
    )
    parser.add_argument("--still", action="store_true", help="the sample fabric does not move by itself")
    return parser.parse_args(given)


async def serve(options: argparse.Namespace) -> None:
    state, store, registry = State(options.dir.absolute()), Store(), Registry(hedgehog())
    about, move = source.fill(state, store, registry, options.snapshot, options.empty, options.still)
    service = Service(state, store, registry, about, move)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # even where whoever started us has INT ignored
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await service.start(options.port)
    print(f"practice fabric at {service.url}; kubeconfig: {state.kubeconfig}", flush=True)
    await stop.wait()
    await service.stop()


def main() -> None:
    options = arguments()
    try:
        asyncio.run(serve(options))
    except OSError as error:
        sys.exit(f"cannot run the practice fabric at {HOST}: {error}")


if __name__ == "__main__":
    main()
