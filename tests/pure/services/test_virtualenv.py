"""What the virtual environment is said to hold."""

import shutil
from pathlib import Path

import pytest

from practice.services.netbox import CHECKOUT
from practice.services.requirements import included
from practice.services.virtualenv import Virtualenv


@pytest.mark.parametrize(
    ("extra", "also"), [("docs", {"docs"}), ("demo", {"demo"}), ("test", {"test", "demo", "docs", "release"})]
)
def test_installed_extra_counts_for_those_that_it_includes_and_no_others(tmp_path, extra, also, monkeypatch):
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    (tmp_path / ".venv" / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    monkeypatch.setattr(Virtualenv, "runs", lambda _self: True)
    made = Virtualenv(tmp_path, extra, logs=tmp_path)
    made.complete(_Done(), print)
    extras = ("demo", "docs", "release", "test")
    assert {other for other in extras if Virtualenv(tmp_path, other, logs=tmp_path).ready()} == also


class _Done:
    """An installation that has ended well."""

    def finish(self, _seconds, _tell) -> None:
        pass


def test_extra_of_our_own_named_in_another_is_included(tmp_path):
    project = Path(tmp_path) / "pyproject.toml"
    project.write_text(
        '[project]\nname = "ours"\ndependencies = []\n[project.optional-dependencies]\n'
        'one = ["a"]\ntwo = ["ours[one]", "b"]\nthree = ["ours[two]"]\n'
    )
    assert included(project, "three") == {"one", "two", "three"}
