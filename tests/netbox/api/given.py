"""What the tests of the faces share: clients of REST, and how a secret could leak."""

import base64

from rest_framework.test import APIClient
from users.constants import TOKEN_PREFIX
from users.models import Token, User

from netbox_hedgehog.models import HedgehogObject
from tests.builders import user

BASE = "/api/plugins/hedgehog"


def plural(model: type[HedgehogObject]) -> str:
    return model.kind_entry.plural if model.kind_entry else "other-resources"


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
