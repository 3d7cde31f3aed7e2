"""``add NAME --kubeconfig FILE``: a new fabric with the credential of one context of a kubeconfig."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from netbox_hedgehog.cluster import ClusterError, minified
from netbox_hedgehog.management.hedgehog_sync.changelog import log_added
from netbox_hedgehog.management.hedgehog_sync.options import text
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output, Stop, stop_of
from netbox_hedgehog.models import CredentialChoices, Fabric

HELP = "add a fabric; its credential is stored encrypted and never printed"


def arguments(parser):
    parser.add_argument("name", type=text, metavar="NAME", help="what the fabric shall be called in NetBox")
    parser.add_argument(
        "--kubeconfig", type=text, required=True, metavar="FILE", help="a kubeconfig that may read the fabric"
    )
    parser.add_argument("--context", type=text, metavar="C", help="which of its contexts (default: its current one)")


def read(name: str) -> str:
    """The text of the file ``name``; raises Stop."""
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: nobody has the home that ~NAME means
        no_text = isinstance(error, UnicodeDecodeError)
        reason = "it is not text" if no_text else getattr(error, "strerror", None) or str(error)
        raise Stop(
            Exit.USAGE, f"{name} cannot be read: {reason}.", "Name a kubeconfig file.", "kubeconfig_invalid"
        ) from error


def run(options, output: Output) -> int:
    name, file = options["name"], options["kubeconfig"]
    if Fabric.objects.filter(name=name).exists():
        hint = f"Sync it with: netbox hedgehog_sync trigger {name}"
        raise Stop(Exit.USAGE, f"There is a fabric called {name} already.", hint, code="fabric_exists")
    directory = Path(file).expanduser().absolute().parent
    try:
        config = minified(read(file), base_dir=directory, context=options["context"])
    except ClusterError as error:
        raise Stop(Exit.USAGE, f"{file}: {error.message}", error.hint, error.code.value) from error
    fabric = Fabric(name=name, credential_kind=CredentialChoices.KUBECONFIG, entered={"kubeconfig": config})
    try:
        fabric.full_clean()
    except ValidationError as refused:
        raise stop_of(refused, {"kubeconfig": file}) from refused
    with transaction.atomic():
        fabric.save()
        log_added(fabric)
    output.document(
        {"id": fabric.pk, "name": name, "api_url": fabric.api_url, "credential_kind": fabric.credential_kind}
    )
    output.say(
        f"Fabric {name} at {fabric.api_url} is added.",
        f"Test it with: netbox hedgehog_sync test-connection {name}",
        f"Sync it with: netbox hedgehog_sync trigger {name} --wait",
    )
    return Exit.GOOD
