"""The command in this process, and a cluster for it to read."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from practice.server import PracticeServer


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def hedgehog_sync() -> Callable[..., Answer]:
    """Run ``netbox hedgehog_sync ARGUMENTS``; with ``terminal=True`` its standard error is a terminal."""

    def run(*arguments: Any, terminal: bool = False) -> Answer:
        out, err, status = io.StringIO(), Terminal() if terminal else io.StringIO(), 0
        try:
            call_command("hedgehog_sync", *map(str, arguments), stdout=out, stderr=err, no_color=True)
        except SystemExit as end:
            status = end.code
        except CommandError as error:  # what argparse refuses, when it is not the program that is called
            status, err = 2, io.StringIO(str(error))
        return Answer(status, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    """A cluster with the Hedgehog kinds and no objects."""
    with PracticeServer(empty=True) as running:
        yield running
