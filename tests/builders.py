"""What tests start from: rows as the engine would have written them, users, objects as a cluster serves them."""

from pathlib import Path
from typing import Any

from core.models import ObjectType
from django.utils import timezone
from users.models import ObjectPermission, User

from netbox_hedgehog.models import (
    CredentialChoices,
    Fabric,
    HedgehogObject,
    OtherResource,
    Reference,
    RunTriggerChoices,
    SyncRun,
    kind_models,
)

__all__ = (
    "KINDS",
    "KUBECONFIG",
    "SECRET",
    "fabric",
    "fabric_on",
    "grant",
    "manifest",
    "reference",
    "run",
    "thing",
    "user",
    "vpc",
)

KINDS = kind_models()
SECRET = "s3cret-of-the-fabric"
KUBECONFIG = f"""\
apiVersion: v1
kind: Config
current-context: lab
contexts: [{{name: lab, context: {{cluster: lab, user: netbox}}}}]
clusters: [{{name: lab, cluster: {{server: "https://192.0.2.1:6443"}}}}]
users: [{{name: netbox, user: {{token: {SECRET}}}}}]
"""


def fabric(name: str = "fabric-a", **columns: Any) -> Fabric:
    """A fabric whose cluster is nowhere, with a secret in its credential."""
    made = Fabric(name=name, credential_kind=CredentialChoices.KUBECONFIG, api_url="https://192.0.2.1:6443", **columns)
    made.set_credential(kubeconfig=KUBECONFIG)
    made.save()
    return made


def fabric_on(kubeconfig: Path, name: str = "lab", **fields: Any) -> Fabric:
    """A fabric with the credential in the file ``kubeconfig``, as the command ``add`` makes it."""
    made = Fabric(name=name, credential_kind=CredentialChoices.KUBECONFIG, **fields)
    made.set_credential(kubeconfig=kubeconfig.read_text())
    made.full_clean()
    made.save()
    return made


def thing(model: type[HedgehogObject], of: Fabric, name: str = "one", **columns: Any) -> HedgehogObject:
    """An object as the engine would have written it."""
    if model is OtherResource:
        kind = {"api_group": "new.githedgehog.com", "kind": "Novelty", "plural": "novelties"}
        columns = {**kind, "api_version": "new.githedgehog.com/v1", **columns}
    row = model(**{"fabric": of, "name": name, "live": {}, "seen_at": timezone.now(), **columns})
    return model.objects.bulk_create([row])[0]


def reference(source: HedgehogObject, target_kind: str, target: str, **columns: Any) -> Reference:
    """A reference from ``source`` to the object of that kind and name."""
    values = {
        "fabric": source.fabric,
        "namespace": source.namespace,
        "source_kind": source.kind,
        "source_name": source.name,
        "path": "spec.somewhere",
        "target_kind": target_kind,
        "target_name": target,
    }
    return Reference.objects.create(**{**values, **columns})


def run(of: Fabric, **columns: Any) -> SyncRun:
    """A run, queued; with another ``state`` in the columns, one that began and ended just now."""
    values = {"fabric": of, "trigger": RunTriggerChoices.API, "created": timezone.now()}
    if columns.get("state", "queued") not in ("queued", "running"):
        values["started"] = values["finished"] = timezone.now()
    return SyncRun.objects.create(**{**values, **columns})


def user(name: str = "ann", superuser: bool = False) -> User:
    """A user who cannot log in with a password: hashing one takes time."""
    return User.objects.create(username=name, is_superuser=superuser)


def grant(to: User, actions: list[str], *models: type, constraints: Any = None) -> None:
    """Let the user do ``actions`` with ``models``, everywhere or where ``constraints`` hold."""
    permission = ObjectPermission.objects.create(
        name=f"{to} {actions} {models}"[:90], actions=actions, constraints=constraints
    )
    permission.users.add(to)
    permission.object_types.set([ObjectType.objects.get_for_model(model) for model in models])


def manifest(kind: str, group: str, name: str, spec: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """An object as a cluster serves it."""
    return {
        "apiVersion": f"{group}.githedgehog.com/v1beta1",
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "spec": spec or {},
    }


def vpc(name: str, vlan: int = 1001, **metadata: Any) -> dict[str, Any]:
    """A VPC with one subnet, as a cluster serves it."""
    subnet = {"subnet": "10.0.1.0/24", "vlan": vlan}
    spec = {"ipv4Namespace": "default", "vlanNamespace": "default", "subnets": {"default": subnet}}
    return manifest("VPC", "vpc", name, spec, **metadata)
