"""``python -m practice.services.install EXTRA``: see to it that ``.venv`` holds the packages of pyproject's EXTRA."""

import sys

from practice.services.netbox import CHECKOUT
from practice.services.problem import Problem
from practice.services.process import stop_all
from practice.services.terminal import Terminal
from practice.services.virtualenv import Virtualenv


def main(extra: str) -> int:
    logs = CHECKOUT / ".demo" / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environment = Virtualenv(CHECKOUT, extra, logs=logs)
    if environment.ready():
        return 0
    terminal = Terminal()
    terminal.say(f"Installing what '{extra}' needs into .venv (log: {environment.log})")
    installing = environment.begin()
    try:
        environment.complete(installing, terminal.working)
        terminal.say("Installed")
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        stop_all([installing])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
