"""A fabric on a practice server, and syncs of it in this process."""

import re
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import CredentialChoices, Fabric, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.request.request import request_sync

__all__ = ("fabric_on", "manifest", "statements", "sync", "vpc", "writes")

LOOKS = ("netbox_hedgehog_syncrun", "netbox_hedgehog_kindobservation")


def fabric_on(kubeconfig: Path, name: str = "lab", **fields: Any) -> Fabric:
    """A fabric with the credential in KUBECONFIG, as the command ``add`` makes it."""
    fabric = Fabric(name=name, credential_kind=CredentialChoices.KUBECONFIG, **fields)
    fabric.set_credential(kubeconfig=kubeconfig.read_text())
    fabric.full_clean()
    fabric.save()
    return fabric


def sync(fabric: Fabric, user: Any = None, worker: str = "worker-1") -> SyncRun:
    """Request a sync of FABRIC and execute it here; the run as it ended."""
    run = request_sync(fabric, RunTriggerChoices.COMMAND, user).run
    execute(run.pk, worker)
    return SyncRun.objects.get(pk=run.pk)


def manifest(kind: str, group: str, name: str, spec: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """An object as a cluster serves it."""
    return {
        "apiVersion": f"{group}.githedgehog.com/v1beta1",
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "spec": spec or {},
    }


def vpc(name: str, vlan: int = 1001, **metadata: Any) -> dict[str, Any]:
    subnet = {"subnet": "10.0.1.0/24", "vlan": vlan}
    spec = {"ipv4Namespace": "default", "vlanNamespace": "default", "subnets": {"default": subnet}}
    return manifest("VPC", "vpc", name, spec, **metadata)


def statements(fabric: Fabric) -> list[str]:
    """The SQL of one sync of FABRIC, but for the reports of progress, whose number depends on the time it takes."""
    with CaptureQueriesContext(connection) as captured:
        sync(fabric)
    progress = 'UPDATE "netbox_hedgehog_syncrun" SET "lease_until"'
    return [each["sql"] for each in captured if not each["sql"].startswith(progress)]


def writes(sql: list[str]) -> list[str]:
    """Those of the statements that write anything but the run itself and the times of its looks."""
    return [each for each in sql if _changed_table(each) not in (None, *LOOKS)]


def _changed_table(sql: str) -> str | None:
    found = re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', sql)
    return found and found[1]
