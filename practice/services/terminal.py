"""What the demo and the installation say while they work."""

import sys
import time

__all__ = ("Terminal",)

BAR = 30
LINE = 95
QUIET_SECONDS = 10.0  # without a terminal, how often a long step says that it goes on


class Terminal:
    """Lines with the seconds since the start, and one moving line where the output is a terminal."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.moving = False
        self.last = ""
        self.said = 0.0

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def say(self, text: str) -> None:
        """One step, with its time."""
        self._end_moving()
        self._print(text)

    def plain(self, text: str = "") -> None:
        self._end_moving()
        print(text, flush=True)

    def progress(self, percent: int, text: str) -> None:
        """How far the sync is; without a terminal a line each time TEXT changes."""
        if sys.stdout.isatty():
            filled = BAR * percent // 100
            self._move(f"[{'#' * filled}{'.' * (BAR - filled)}] {percent:3d} %  {text:<50.50}")
        elif text != self.last:
            self._print(f"{percent:3d} %  {text}")
        self.last = text

    def working(self, text: str) -> None:
        """What a step without a known length is doing now; without a terminal a line every ten seconds."""
        if sys.stdout.isatty():
            self._move(f"{text:<{LINE}.{LINE}}")
        elif self.seconds() - self.said > QUIET_SECONDS:
            self._print(f"{text:.{LINE}}")

    def _print(self, text: str) -> None:
        self.said = self.seconds()
        print(f"{self.said:6.1f} s  {text}", flush=True)

    def _move(self, text: str) -> None:
        self.said = self.seconds()
        print(f"\r{self.said:6.1f} s  {text}", end="", flush=True)
        self.moving = True

    def _end_moving(self) -> None:
        if self.moving:
            print(flush=True)
        self.moving = False
