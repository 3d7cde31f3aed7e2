"""The wheel in a NetBox that is not the checkout's: it works there, and what it brought can be taken out again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from practice.services import database
from practice.services.netbox import CHECKOUT
from tests.packaging.snapshot import snapshot
from tests.services import VENV

DATABASE, BEFORE = "packaging", "packaging_before"
SECONDS = 900


class OtherNetBox:
    """A virtual environment with NetBox and what it needs (those of the tests' own), and none of the checkout."""

    def __init__(self, directory: Path, services) -> None:
        self.directory = directory
        self.services = services
        self.venv = directory / "venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.venv], check=True)
        self.python = self.venv / "bin" / "python"
        (self.site,) = self.venv.glob("lib/python3*/site-packages")
        (theirs,) = VENV.glob("lib/python3*/site-packages")
        # As a path alone: the .pth files in there, the checkout's among them, have no effect.
        (self.site / "netbox_of_the_tests.pth").write_text(f"{theirs}\n")
        shutil.copy(Path(__file__).with_name("lifecycle.py"), directory)

    def install(self, wheel: Path) -> None:
        command = [sys.executable, "-m", "pip", "--python", self.python, "install", "--no-index", "--no-deps", wheel]
        subprocess.run(command, check=True, capture_output=True)

    def run(self, part: str, **parameters) -> dict:
        netbox = self.services.instance(DATABASE, **parameters)
        where = {"cwd": self.directory, "env": netbox.environment()}
        command = [self.python, "lifecycle.py", part]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SECONDS, **where)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads(ran.stdout.splitlines()[-1])


@pytest.fixture
def wheel(tmp_path) -> Path:
    """As ``make wheel`` builds it."""
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path / "dist"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, CHECKOUT], check=True, capture_output=True)
    (made,) = (tmp_path / "dist").glob("*.whl")
    return made


def test_wheel_works_in_another_netbox_and_is_taken_out_without_a_trace(tmp_path, services, wheel):
    netbox = OtherNetBox(tmp_path, services)
    netbox.install(wheel)
    # Migrations are slow on top of NetBox's 812: those forward were made for the template of all tests.
    database.create_from_dump(services.address(BEFORE), BEFORE)
    before = snapshot(services.address(BEFORE))
    assert len(before) > 1000
    services.clone(DATABASE)

    used = netbox.run("used")
    assert Path(used["file"]).is_relative_to(netbox.site)
    assert used["pages"].pop("made") == 201
    assert used["pages"].pop("sync") == 202
    assert set(used["pages"].values()) == {200}
    assert used["logged"] > 0

    without = netbox.run("without", PLUGINS=[], PLUGINS_CONFIG={})
    assert set(without["pages"].values()) == {200}, without["pages"]
    assert without["rule"] == {"enabled": False, "event_types": []}
    assert "event rule" in without["left to the user"]
    after = snapshot(services.address(DATABASE))
    assert sorted(after - before) == []
    assert sorted(before - after) == []
