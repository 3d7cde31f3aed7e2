"""``python -m practice.demo [--check]``: run the demo in the foreground until Ctrl-C or SIGTERM."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from practice.demo.cluster import chosen_cluster
from practice.demo.run import Demo
from practice.demo.state import State
from practice.services.netbox import CHECKOUT
from practice.services.problem import Problem
from practice.services.terminal import Terminal

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Someone asked the demo to stop."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make demo", description="NetBox with the plugin and a fabric, on this machine."
    )
    parser.add_argument("--check", action="store_true", help="start, compare NetBox with the cluster, stop")
    parser.add_argument("--state", type=Path, default=CHECKOUT / ".demo", help="where everything is kept (.demo)")
    parser.add_argument("--venv", type=Path, help="a virtual environment to use as it is, in place of .venv")
    options = parser.parse_args()
    for number in ENDINGS:
        signal.signal(number, _stop)
    state = State(options.state.absolute())
    demo = None
    try:
        state.open()
        demo = Demo(state, chosen_cluster(state.directory), Terminal(), options.venv)
        demo.start()
        if options.check:
            return _check(demo, state.access)
        demo.terminal.plain("Ctrl-C stops it all.")
        demo.watch()
    except Stopped:
        print("\nStopping", flush=True)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr, flush=True)
        return 1
    finally:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        if demo:
            demo.stop()
    return 0


def _check(demo: Demo, access: Path) -> int:
    command = [demo.venv.python, "-m", "practice.demo.check", access]
    code = subprocess.run(command, check=False, cwd=CHECKOUT, timeout=300).returncode
    demo.terminal.say("NetBox agrees with the cluster" if code == 0 else "NetBox and the cluster differ")
    return code


def _stop(_number: int, _frame: FrameType | None) -> None:
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)  # once is enough: what follows is the orderly stop
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
