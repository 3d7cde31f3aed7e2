"""Who runs PostgreSQL, which refuses to run as root, and where its files may lie."""

import hashlib
import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice.services.problem import Problem

__all__ = ("Account", "service_account")

CANDIDATES = ("postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """A user and group for child processes; both None means: the user who runs us."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, Any]:
        """The arguments of subprocess.Popen that make a child run as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, directory: Path) -> bool:
        """Whether a process of this account can enter DIRECTORY (a checkout below /root often cannot be)."""
        command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)]
        return subprocess.run(command, check=False, capture_output=True, cwd="/", **self.options()).returncode == 0

    def give(self, path: Path) -> None:
        """Make PATH this account's own, closed to everyone else."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700 if path.is_dir() else 0o600)

    def directory(self, wanted: Path) -> Path:
        """A private directory of this account: WANTED, or where it cannot go there one with a stable name elsewhere.

        The elsewhere is noted beside WANTED, in a file of the same name ending in ``.location``.
        """
        wanted.parent.mkdir(parents=True, exist_ok=True)
        if self.uid is None or self.reaches(wanted.parent):
            chosen = wanted
        else:
            name = hashlib.blake2b(str(wanted).encode(), digest_size=8).hexdigest()
            chosen = _common_ground() / f"netbox-hedgehog-{name}"
            wanted.with_name(wanted.name + ".location").write_text(f"{chosen}\n")
        chosen.mkdir(mode=0o700, exist_ok=True)
        found = chosen.lstat()
        if chosen.is_symlink() or found.st_uid not in (os.geteuid(), self.uid):
            raise Problem(f"{chosen} belongs to someone else. Remove it and start again.")
        self.give(chosen)
        return chosen


def _common_ground() -> Path:
    """A directory that every account reaches, and that outlives a restart where the system has one."""
    lasting = Path("/var/tmp")  # noqa: S108  what is made in it is private, and checked to be ours
    return lasting if lasting.is_dir() else Path(tempfile.gettempdir())


def service_account() -> Account:
    """The account for services: ours, or as root the first of CANDIDATES that this system has."""
    if os.geteuid() != 0:
        return Account()
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Problem(f"PostgreSQL does not run as root, and this system has none of the users {', '.join(CANDIDATES)}.")
