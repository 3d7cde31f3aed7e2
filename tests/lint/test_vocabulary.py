"""No word has two meanings: names that were given up for better ones stay away, as docs/glossary.md has the words.

Identifiers are read by ``tokenize``, so that prose and texts may use any word, and a part of a name is not the name.
"""

import ast
import builtins
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "netbox_hedgehog"

# Parameters whose names are acronyms.
ACRONYMS = {"API", "CA", "ID", "PEM", "URL"}
# Wrong in the whole package: the old name, and the one to use.
EVERYWHERE = {
    "agenda": "next_attempts",
    "revive": "restart_timer",
    "free_locks": "release_dead_scheduler_locks",
    "end_with_worker": "die_with_parent",
    "Seen": "Observed",
    "judge": "classify",
    "known_by": "snapshot_of",
    "unseen": "unmatched_digests",
    "Known": "Snapshot",
    "with_digests": "load_by_digest",
    "Looked": "ListingResult",
    "Held": "HeldKey",
    "Disappearances": "Absences",
    "unproven": "unconfirmed",
    "Look": "KindListing",
    "write_looks": "save_observations",
    "Task": "KindTable",
    "KindSync": "KindReader",
    "FabricSync": "FabricReader",
    "test_sync": "dry_run",
    "Edge": "Transition",
    "FLIP": "UPSERT_TRANSITION",
    "MARK": "SET_NOTIFIED",
    "REWORD": "UPDATE_REASON",
    "Crew": "Runtime",
    "Inbox": "Buffer",
    "Line": "ConnectQuota",
    "RedisLook": "RedisMonitor",
    "Pulse": "Probe",
    "passing": "transient",
    "FULL": "SyncRun.objects.whole_fabric()",
    "LOOKED": "SyncRun.objects.completed_reading()",
    "thing": "resource",
}
# Wrong in some rooms alone: elsewhere the word has the one meaning that it is to have.
IN_ROOMS = {
    "sync": {
        "Change": "Mutation (manifests.FieldChange is a field's difference)",
        "Problem": "Malformed",
        "Writer": "RunWriter (kinds.Writer says who writes a kind)",
        "settle": "decide",
        "look": "listing, observation, read or poll",
        "looks": "listings, observations or reads",
        "tell": "report, record or notify",
        "told": "reported, recorded or notified",
        "untold": "pending",
    },
    "sync/db": {"again": "retry_transient"},
    "sync/queue": {"chain": "timer_state", "Chain": "Timer"},
    "sync/health": {"tell_schedule": "notify_schedule"},
    "sync/store": {"current": "load_current", "let_through": "approve_removal"},
    "models": {"told": "notified"},
}
# Files and folders that have better names now. (The rooms of sync/ and cluster/ are held by import-linter.)
MOVED = (
    "ui",
    "cluster/access.py",
    "cluster/exec.py",
    "cluster/failures.py",
    "cluster/get.py",
    "cluster/list.py",
    "cluster/pace.py",
    "cluster/refusals.py",
    *(f"{room}/resource{s}.py" for room in ("views", "forms", "filtersets", "api", "api/views") for s in ("", "s")),
    *(f"management/hedgehog_sync/{name}.py" for name in ("asking", "rows", "test_sync", "test_connection")),
)


@cache
def identifiers(file: Path) -> dict[str, int]:
    """The names in a file's code, each with a line that has it."""
    with tokenize.open(file) as text:
        return {token.string: token.start[0] for token in tokenize.generate_tokens(text.readline) if _is_name(token)}


def _is_name(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.NAME


def files(room: str = "") -> list[Path]:
    return [file for file in sorted((PACKAGE / room).rglob("*.py")) if "migrations" not in file.parts]


def old_names(room: str, words: dict[str, str]) -> Iterator[str]:
    for file in files(room):
        for old in identifiers(file).keys() & words.keys():
            where = file.relative_to(PACKAGE.parent)
            yield f"{where}:{identifiers(file)[old]}: {old} is to be {words[old]}"


@pytest.mark.parametrize("room", ["", *IN_ROOMS])
def test_names_that_were_given_up_stay_away(room):
    assert files(room)
    assert list(old_names(room, IN_ROOMS[room] if room else EVERYWHERE)) == []


def test_files_that_were_renamed_stay_away():
    assert [name for name in MOVED if (PACKAGE / name).exists()] == []


def test_no_module_shadows_a_builtin_or_is_taken_for_a_test():
    stems = {file.stem: file for file in files()}
    assert len(stems) > 100
    assert [stems[stem] for stem in stems if stem in dir(builtins) or stem.startswith("test_")] == []


def parameters_in_capitals(source: str) -> Iterator[str]:
    """Functions and classes whose docstring names one of their parameters in capitals, as no tool of Python's does."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or not (text := ast.get_docstring(node)):
            continue
        makes = [each for each in ast.walk(node) if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
        functions = makes if isinstance(node, ast.ClassDef) else [node]
        names = {argument.arg.upper() for function in functions for argument in _arguments(function)} - ACRONYMS
        if found := sorted(names & set(re.findall(r"(?<![\w`.])[A-Z][A-Z_]+(?![\w`(])", text))):
            yield f"{node.name}: {', '.join(found)}"


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def test_no_docstring_names_a_parameter_in_capitals():
    found = [f"{file.name}: {each}" for file in files() for each in parameters_in_capitals(file.read_text())]
    assert found == []


def test_parameter_in_capitals_is_found():
    source = 'def f(name, url):\n    """The URL of NAME, see ``NAME`` too."""\n'
    assert list(parameters_in_capitals(source)) == ["f: NAME"]
