"""uv where it can be had, otherwise pip. Python, pip and uv are scripts here that write down what they are asked."""

from pathlib import Path
from subprocess import CalledProcessError

import pytest

from practice.services.installer import Installer

PYTHON = """#!/bin/sh
echo "$@" >> {calls}
case "$*" in
  "-m pip config list") echo "{configured}" ;;
  "-m pip --version") echo "pip 26.0 from somewhere" ;;
  *"{uv}"*) {fetch} ;;
  *) exit {status} ;;
esac
"""
UV = """#!/bin/sh
[ "$1" = --version ] && exit {version_status}
echo "uv $@ default=$UV_DEFAULT_INDEX" >> {calls}
exit {status}
"""


class Machine:
    """A virtual environment's bin directory, and a PATH with nothing else on it."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bin = directory / "venv" / "bin"
        self.on_path = directory / "path"
        self.calls = directory / "calls"
        for path in (self.bin, self.on_path):
            path.mkdir(parents=True)
        monkeypatch.setenv("PATH", f"{self.on_path}:/usr/bin:/bin")
        monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)

    def script(self, path: Path, text: str, **values: object) -> Path:
        path.write_text(text.format(calls=self.calls, **values))
        path.chmod(0o700)
        return path

    def python(self, *, has_uv: bool = False, configured: str = "", status: int = 0) -> Path:
        kept = self.script(self.bin.parent / "uv", UV, status=0, version_status=0)
        fetch = f"cp {kept} {self.bin / 'uv'}" if has_uv else "exit 1"
        path = self.bin / "python"
        return self.script(path, PYTHON, uv="uv>=0", configured=configured, status=status, fetch=fetch)

    def installs(self) -> list[str]:
        """What was installed, by whom, in order."""
        return [line for line in self.calls.read_text().splitlines() if " install " in line and "uv>=" not in line]


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_uv_is_fetched_by_pip_and_installs_the_rest(machine, capfd):
    python = machine.python(has_uv=True)
    Installer(python).install("--no-deps", "one==1")
    assert machine.installs() == [f"uv pip install --python {python} --no-deps one==1 default="]
    assert "going on with pip" not in capfd.readouterr().out


def test_uv_of_the_path_is_used_and_none_is_fetched(machine):
    machine.script(machine.on_path / "uv", UV, status=0, version_status=0)
    Installer(machine.python()).install("one")
    assert len(machine.installs()) == 1
    assert "uv>=" not in machine.calls.read_text()


def test_uv_of_the_path_that_does_not_start_is_passed_over(machine):
    machine.script(machine.on_path / "uv", UV, status=0, version_status=1)
    python = machine.python(has_uv=True)
    Installer(python).install("one")
    assert machine.installs() == [f"uv pip install --python {python} one default="]


def test_without_uv_pip_installs_and_says_why(machine, capfd):
    Installer(machine.python()).install("one")
    (only,) = machine.installs()
    assert only.startswith("-m pip install ")
    assert "uv is not to be had here: going on with pip" in capfd.readouterr().out


def test_where_uv_fails_pip_installs_then_and_afterwards(machine, capfd):
    machine.script(machine.on_path / "uv", UV, status=2, version_status=0)
    installer = Installer(machine.python())
    installer.install("one")
    installer.install("two")
    assert [line.partition(" ")[0] for line in machine.installs()] == ["uv", "-m", "-m"]
    assert "uv could not install it: going on with pip" in capfd.readouterr().out


def test_where_neither_can_the_failure_is_told(machine):
    installer = Installer(machine.python(status=1))
    with pytest.raises(CalledProcessError):
        installer.install("one")


def test_address_that_pip_is_configured_with_reaches_uv_but_not_its_arguments(machine):
    python = machine.python(has_uv=True, configured="global.index-url='https://me:secret@index.invalid'")
    Installer(python).install("one")
    assert machine.installs() == [f"uv pip install --python {python} one default=https://me:secret@index.invalid"]


def test_what_is_said_to_uv_itself_goes_first(machine, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://of-uv.invalid")
    Installer(machine.python(has_uv=True, configured="global.index-url='https://of-pip.invalid'")).install("one")
    assert machine.installs()[0].endswith("default=https://of-uv.invalid")


def test_configuration_that_uv_has_no_word_for_leaves_it_to_pip(machine, capfd):
    Installer(machine.python(has_uv=True, configured="global.no-binary='psycopg'")).install("one")
    (only,) = machine.installs()
    assert only.startswith("-m pip install ")
    assert "no-binary" in capfd.readouterr().out
