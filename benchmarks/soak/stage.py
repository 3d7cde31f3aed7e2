"""What a soak plays on: private services, one practice server, a NetBox with many fabrics."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from practice.services.netbox import CHECKOUT, NetBox
from practice.services.process import Process, stop_all
from tests.services import STATE, Services

__all__ = ("fabrics", "practice_server", "stage")

DATABASE = "soak"


@contextmanager
def stage() -> Iterator[NetBox]:
    """A NetBox on services of its own, as users configure it; Django of this process is set up on it."""
    STATE.mkdir(exist_ok=True)
    services = Services()
    try:
        services.start()
        services.clone(DATABASE)
        netbox = services.instance(DATABASE, plugin={"rq_workarounds": True})  # workers are killed
        os.environ.update(netbox.environment())
        import django

        django.setup()
        yield netbox
    finally:
        services.stop()


@contextmanager
def practice_server(directory: Path, *, still: bool) -> Iterator[Path]:
    """A practice server with the sample fabric, its files in DIRECTORY; gives the kubeconfig."""
    kubeconfig = directory / "kubeconfig"
    command = [sys.executable, "-m", "practice", "--dir", directory, *(["--still"] if still else [])]
    server = Process("the practice server", command, log=directory / "log", directory=CHECKOUT)
    try:
        server.wait_until(kubeconfig.exists, 60)
        yield kubeconfig
    finally:
        stop_all([server])


def fabrics(kubeconfig: Path, count: int, interval: int) -> list[str]:
    """COUNT fabrics on the cluster of KUBECONFIG, due every INTERVAL seconds; gives their names."""
    from netbox_hedgehog.models import CredentialChoices, Fabric

    made = []
    for number in range(1, count + 1):
        fabric = Fabric(
            name=f"soak-{number:03}",
            credential_kind=CredentialChoices.KUBECONFIG,
            sync_interval=interval,
            watch=False,
        )
        fabric.set_credential(kubeconfig=kubeconfig.read_text())
        fabric.api_url = fabric.target().server
        made.append(fabric)
    Fabric.objects.bulk_create(made)
    return [fabric.name for fabric in made]
