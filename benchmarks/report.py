"""The printed table of a benchmark's results."""

import os
import platform
import subprocess
from statistics import median

from benchmarks.results import Results
from practice.services.postgresql import PostgreSQL

__all__ = ("machine", "seconds", "table")

ROWS = (
    ("floor", "floor: raw LIST of all kinds, msgspec"),
    ("floor_one_kind", "the same of Connections alone"),
    ("floor_stdlib", "the same, all kinds, with Python's json"),
    ("empty", "sync of an empty fabric"),
    ("first_tenth", "first import"),
    ("unchanged_tenth", "sync, nothing changed"),
    ("first", "first import"),
    ("unchanged", "sync, nothing changed"),
    ("changed", "sync, 1% changed"),
    ("save_each", "save each (a sample)"),
    ("large_floor", "floor: raw LIST of all kinds, msgspec"),
    ("large_first", "first import"),
    ("large_unchanged", "sync, nothing changed"),
    ("large_changed", "sync, 1% changed"),
)
# What a run writes of itself; everything else is about objects.
OF_THE_RUN = ("netbox_hedgehog_syncrun", "netbox_hedgehog_kindobservation")


def machine(postgresql: PostgreSQL, real: bool) -> str:
    """What the figures were measured on, in plain words."""
    version = subprocess.run([postgresql.programs / "postgres", "-V"], check=True, capture_output=True, text=True)
    server = "a real kube-apiserver" if real else "the practice server"
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, PostgreSQL {version.stdout.split()[2]}"
        f" (fsync off), {server} on the same machine"
    )


def seconds(values: list[float]) -> str:
    """The median of VALUES and, where they are several, their range."""
    spread = f"  ({min(values):.3f} to {max(values):.3f})" if len(values) > 1 else ""
    return f"{median(values):9.3f} s{spread}"


def table(results: Results) -> str:
    """Everything that was measured, as a Markdown table, and the ratios below it."""
    lines = [
        "",
        "| | objects | seconds | objects/s | own CPU s | SQL statements | writing objects | peak MiB (before) |",
        "|---|---:|---:|---:|---:|---|---:|---:|",
    ]
    lines += [_row(results, label, words) for label, words in ROWS if label in results]
    return "\n".join([*lines, "", *_ratios(results), ""])


def _row(results: Results, label: str, words: str) -> str:
    count, took = results.objects(label), results.seconds(label)
    before, peak = results.memory(label)
    statements = results.statements(label)
    verbs = ", ".join(f"{number:,} {verb}" for verb, number in sorted(statements.items(), key=lambda item: -item[1]))
    writing = sum(number for name, number in results.written(label).items() if name not in OF_THE_RUN)
    rate = f"{count / took:,.0f}" if count else ""
    return (
        f"| {words} | {count:,} | {took:.3f} | {rate} | {results.cpu(label):.3f} | {verbs}"
        f" | {writing if statements else ''} | {peak:.0f} ({before:.0f}) |"
    )


def _ratios(results: Results) -> list[str]:
    floor, one_kind, empty = (results.seconds(label) for label in ("floor", "floor_one_kind", "empty"))
    first, unchanged = results.seconds("first"), results.seconds("unchanged")
    each = results.seconds("save_each") / results.objects("save_each") * results.count
    lines = [
        f"- first import against save-each: {each / first:.1f} times faster (save-each scaled to {each:.0f} s)",
        f"- first import: {results.count / first:,.0f} objects a second, {first / floor:.1f} times the floor",
        f"- nothing changed: {unchanged / floor:.2f} times the floor, {unchanged / one_kind:.2f} times the list of "
        f"Connections alone; {empty:.3f} s of it are what syncing an empty fabric takes",
        f"- the same by the worker's own processor time, which a busy machine disturbs less: "
        f"{results.cpu('unchanged') / results.cpu('floor'):.2f} times the floor",
        f"- 1% changed: {results.seconds('changed') / floor:.2f} times the floor",
        f"- SQL statements with nothing changed: {_total(results, 'unchanged_tenth')} for "
        f"{results.objects('unchanged_tenth'):,} objects, {_total(results, 'unchanged')} for {results.count:,}",
    ]
    if "large_first" in results:
        lines += [
            f"- {words}, ten times the objects: {results.seconds(f'large_{label}') / results.seconds(label):.1f} times "
            f"the time, peak memory {results.memory(f'large_{label}')[1]:.0f} MiB"
            for label, words in (("first", "first import"), ("unchanged", "nothing changed"), ("changed", "1% changed"))
        ]
    return lines


def _total(results: Results, label: str) -> str:
    statements = results.statements(label)
    reading = statements.get("SELECT", 0)
    return f"{reading} SELECT and {sum(statements.values()) - reading} others"
