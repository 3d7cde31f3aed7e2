"""What the tests of the faces start from: fabrics with secrets, objects of every kind, users with permissions."""

import base64
from typing import Any

from core.models import ObjectType
from django.utils import timezone
from rest_framework.test import APIClient
from users.constants import TOKEN_PREFIX
from users.models import ObjectPermission, Token, User

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

BASE = "/api/plugins/hedgehog"
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


def plural(model: type[HedgehogObject]) -> str:
    return model.kind_entry.plural if model.kind_entry else "other-resources"


def fabric(name: str = "fabric-a", **columns: Any) -> Fabric:
    made = Fabric(name=name, credential_kind=CredentialChoices.KUBECONFIG, api_url="https://192.0.2.1:6443", **columns)
    made.set_credential(kubeconfig=KUBECONFIG)
    made.save()
    return made


def thing(model: type[HedgehogObject], of: Fabric, name: str = "one", **columns: Any) -> HedgehogObject:
    """An object as the engine would have written it."""
    if model is OtherResource:
        columns = {"api_group": "new.githedgehog.com", "kind": "Novelty", "plural": "novelties", **columns}
    row = model(**{"fabric": of, "name": name, "live": {}, "seen_at": timezone.now(), **columns})
    return model.objects.bulk_create([row])[0]


def reference(source: HedgehogObject, target_kind: str, target: str, **columns: Any) -> Reference:
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
    values = {"fabric": of, "trigger": RunTriggerChoices.API, "created": timezone.now()}
    if columns.get("state", "queued") not in ("queued", "running"):
        values["started"] = values["finished"] = timezone.now()
    return SyncRun.objects.create(**{**values, **columns})


def user(name: str = "ann", superuser: bool = False) -> User:
    return User.objects.create(username=name, is_superuser=superuser)  # no password: hashing takes time


def grant(to: User, actions: list[str], *models: type, constraints: Any = None) -> None:
    """Let the user do ACTIONS with MODELS, everywhere or where CONSTRAINTS hold."""
    permission = ObjectPermission.objects.create(
        name=f"{to} {actions} {models}"[:90], actions=actions, constraints=constraints
    )
    permission.users.add(to)
    permission.object_types.set([ObjectType.objects.get_for_model(model) for model in models])


def client(of: User, write: bool = True) -> APIClient:
    """A client with a token of the user, over the whole of NetBox's middleware."""
    token = Token.objects.create(user=of, write_enabled=write)
    made = APIClient()
    made.credentials(HTTP_AUTHORIZATION=f"Bearer {TOKEN_PREFIX}{token.key}.{token.token}")
    return made


def admin() -> APIClient:
    return client(user("root", superuser=True))


def encoded(text: str) -> list[str]:
    """TEXT as it could leak: plain, and inside base64 at any of the three offsets."""
    inside = [base64.b64encode(b" " * offset + text.encode()).decode()[4:-4] for offset in range(3)]
    return [text, *inside]
