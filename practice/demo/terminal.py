"""What the demo says while it starts."""

import sys
import time

__all__ = ("Terminal",)

BAR = 30


class Terminal:
    """Lines with the seconds since the start, and one moving bar where the output is a terminal."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.moving = False
        self.last = ""

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def say(self, text: str) -> None:
        """One step, with its time."""
        self._end_bar()
        print(f"{self.seconds():6.1f} s  {text}", flush=True)

    def plain(self, text: str = "") -> None:
        self._end_bar()
        print(text, flush=True)

    def progress(self, percent: int, text: str) -> None:
        """How far the sync is; without a terminal a line each time TEXT changes."""
        if sys.stdout.isatty():
            filled = BAR * percent // 100
            print(
                f"\r{self.seconds():6.1f} s  [{'#' * filled}{'.' * (BAR - filled)}] {percent:3d} %  {text:<50.50}",
                end="",
                flush=True,
            )
            self.moving = True
        elif text != self.last:
            print(f"{self.seconds():6.1f} s  {percent:3d} %  {text}", flush=True)
        self.last = text

    def _end_bar(self) -> None:
        if self.moving:
            print(flush=True)
        self.moving = False
