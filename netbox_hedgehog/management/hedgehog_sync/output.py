"""What a subcommand prints: plain lines for people, or one JSON document for scripts; and how it ends."""

import json
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder

__all__ = ("Exit", "Output", "Stop", "stop_of")


class Exit(IntEnum):
    """Exit statuses, the same for all subcommands."""

    GOOD = 0
    FAILED = 1
    USAGE = 2
    NO_WORKER = 3


class Stop(Exception):
    """The subcommand cannot go on: ``message`` says why, ``hint`` what to do next."""

    def __init__(self, status: Exit, message: str, hint: str = "", code: str = "usage"):
        super().__init__(message)
        self.status, self.message, self.hint, self.code = status, message, hint, code


def stop_of(refused: ValidationError, named: Mapping[str, str] | None = None) -> Stop:
    """What the model's rules say first, as the end of a subcommand.

    Args:
        refused: errors by field.
        named: what the user knows a field as; others go by their own names.
    """
    field, (first, *_) = next(iter(refused.error_dict.items()))
    params = first.params or {}
    message, hint = params.get("message"), params.get("hint", "")
    about = "" if field == NON_FIELD_ERRORS else f"{(named or {}).get(field, field)}: "
    return Stop(Exit.USAGE, f"{about}{message or first.messages[0]}", hint, first.code or "invalid")


class Output:
    """Lines go to standard output without ``--json``, the document with it; progress to a terminal only."""

    def __init__(self, stdout: Any, stderr: Any, as_json: bool):
        self.stdout, self.stderr, self.as_json = stdout, stderr, as_json

    def say(self, *lines: str) -> None:
        """Lines for people."""
        if not self.as_json:
            for line in lines:
                self.stdout.write(line)

    def table(self, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Rows for people, in columns as wide as they need."""
        texts = [head, *(tuple("" if cell is None else str(cell) for cell in row) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        for row in texts:
            self.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def document(self, data: Any) -> None:
        """The whole answer for scripts."""
        if self.as_json:
            self.stdout.write(json.dumps(data, cls=DjangoJSONEncoder, indent=2))

    def progress(self, line: str, always: bool = False) -> None:
        """Print a line about what happens meanwhile, on a terminal or with ``always``; never mixed into the answer."""
        if always or self.stderr.isatty():
            self.stderr.write(line, style_func=str)

    def fail(self, stop: Stop) -> None:
        """Why the subcommand ends here."""
        self.document({"error": {"code": stop.code, "message": stop.message, "hint": stop.hint}})
        if not self.as_json:
            self.stderr.write(stop.message)
            if stop.hint:
                self.stderr.write(stop.hint, style_func=str)
