"""Which cluster the demo shows: the practice fabric, or the one that KUBECONFIG names."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from practice.services.netbox import CHECKOUT
from practice.services.problem import Problem
from practice.services.process import Process

__all__ = ("Cluster", "chosen_cluster", "start_practice")

WHERE = re.compile(r"""["']?\b(?:server|certificate-authority-data)["']?\s*:\s*["']?([^"'\s,]+)""")


@dataclass(frozen=True)
class Cluster:
    """A cluster by its kubeconfig. IDENTITY is stable from start to start: each cluster has a database of its own."""

    name: str
    identity: str
    kubeconfig: Path
    practice: bool


def chosen_cluster(directory: Path) -> Cluster:
    """The cluster of the environment's KUBECONFIG, else the practice fabric with its files in DIRECTORY."""
    own = directory / "fabric" / "kubeconfig"
    named = os.environ.get("KUBECONFIG", "")
    path = Path(named).expanduser().absolute()
    if not named or path == own:  # of a terminal in which somebody has looked at the practice fabric
        return Cluster("practice", "practice", own, practice=True)
    if not path.is_file():
        raise Problem(f"KUBECONFIG={named} is not a file. Name one kubeconfig, or unset it to get the practice fabric.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"KUBECONFIG={named} cannot be read: {error}") from error
    # Tokens in it may change, and it is the same cluster still.
    mark = "\n".join(WHERE.findall(text)) or text
    identity = hashlib.blake2b(mark.encode(), digest_size=4).hexdigest()
    return Cluster("fabric", identity, path, practice=False)


def start_practice(cluster: Cluster, python: Path, log: Path) -> Process:
    """Start the practice fabric; it is ready when it has written its kubeconfig."""
    directory = cluster.kubeconfig.parent
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    cluster.kubeconfig.unlink(missing_ok=True)
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in dropped} | {"PYTHONUNBUFFERED": "1"}
    command = [python, "-m", "practice", "--dir", directory]
    return Process("the practice fabric", command, log=log, environment=environment, directory=CHECKOUT)
