"""Fill NetBox's database in one start of Django: tables, an administrator with a token, the fabric.

Run by the demo with NetBox's environment; safe to repeat.
"""

import argparse
import json
from pathlib import Path

import django

from practice.demo.state import Keys

ADMINISTRATOR = "admin"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--fabric", help="its name; without it no fabric is added")
    parser.add_argument("--kubeconfig", type=Path)
    parser.add_argument("--by-file", action="store_true", help="leave the kubeconfig where it is, do not copy it")
    options = parser.parse_args()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, no_color=True)
    make_administrator(Keys(**json.loads(options.keys.read_text())))
    if options.fabric:
        make_fabric(options.fabric, options.kubeconfig, by_file=options.by_file)


def make_administrator(keys: Keys) -> None:
    from users.models import Token, User

    user, _ = User.objects.get_or_create(username=ADMINISTRATOR, defaults={"is_superuser": True})
    if not user.check_password(keys.password):
        user.set_password(keys.password)
        user.save()
    if not Token.objects.filter(key=keys.token_key).exists():
        token = Token(user=user, key=keys.token_key, token=keys.token_secret, description="The demo's own")
        token.full_clean()
        token.save()


def make_fabric(name: str, kubeconfig: Path, *, by_file: bool) -> None:
    from netbox_hedgehog.models import CredentialChoices, Fabric

    fabric = Fabric.objects.filter(name=name).first() or Fabric(name=name)
    if by_file:
        # A kubeconfig of the user's own can name further files beside it.
        fabric.credential_kind = CredentialChoices.KUBECONFIG_FILE
        fabric.credential_file = str(kubeconfig)
    else:
        fabric.credential_kind = CredentialChoices.KUBECONFIG
        fabric.set_credential(kubeconfig=kubeconfig.read_text())
    fabric.full_clean()
    fabric.save()


if __name__ == "__main__":
    main()
