"""What scenarios measured, and the figures that are made of it."""

from statistics import median
from typing import Any

__all__ = ("Results",)


class Results:
    """All measurements of one run of the benchmark, by label; COUNT is how many objects there are."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._said: dict[str, list[dict[str, Any]]] = {}

    def add(self, label: str, said: dict[str, Any]) -> None:
        self._said.setdefault(label, []).append(said)

    def __contains__(self, label: str) -> bool:
        return label in self._said

    def seconds(self, label: str) -> float:
        """The median of all times that LABEL was measured."""
        return median(value for said in self._said[label] for value in said["seconds"])

    def cpu(self, label: str) -> float:
        """The median of the worker's own processor time, in seconds."""
        return median(value for said in self._said[label] for value in said["cpu"])

    def objects(self, label: str) -> int:
        """How many objects a measurement of LABEL is about."""
        said = self._said[label][-1].get("objects")
        if said is not None:
            return int(said)
        scale = 10.0 if label.startswith("large") else 0.1 if label.endswith("tenth") else 1.0
        return 0 if label == "empty" else int(self.count * scale)

    def statements(self, label: str) -> dict[str, int]:
        """SQL statements by verb, of the last measurement."""
        return self._said[label][-1].get("statements", {})

    def written(self, label: str) -> dict[str, int]:
        """SQL statements that write, by table, of the last measurement."""
        return self._said[label][-1].get("written", {})

    def memory(self, label: str) -> tuple[float, float]:
        """MiB before the work, and the highest peak of all measurements."""
        return self._said[label][-1]["memory"][0], max(said["memory"][1] for said in self._said[label])

    def raw(self) -> dict[str, Any]:
        return {"objects": self.count, "scenarios": self._said}
