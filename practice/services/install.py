"""``python -m practice.services.install EXTRA``: see to it that ``.venv`` holds the packages of pyproject's EXTRA."""

import sys

from practice.services.netbox import CHECKOUT
from practice.services.problem import Problem
from practice.services.process import stop_all
from practice.services.virtualenv import Virtualenv

SECONDS = 1800


def main() -> int:
    logs = CHECKOUT / ".demo" / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environment = Virtualenv(CHECKOUT, sys.argv[1], logs=logs)
    if environment.ready():
        return 0
    print(f"Installing what '{sys.argv[1]}' needs into .venv (log: {logs / 'pip.log'})", flush=True)
    try:
        pip = environment.begin()
        try:
            pip.finish(SECONDS)
        except Problem as problem:
            raise environment.explain(problem) from problem
        finally:
            stop_all([pip])
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    environment.seal()
    return 0


if __name__ == "__main__":
    sys.exit(main())
