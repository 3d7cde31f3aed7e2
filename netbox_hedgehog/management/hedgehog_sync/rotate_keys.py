"""``rotate-keys``: encrypt every stored credential anew under the first encryption key."""

from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.models.encryption import CredentialUnreadable, rotate

HELP = "write every stored credential anew under the first encryption key"


def arguments(parser):
    """No arguments."""


def run(_options, output: Output) -> int:
    rotated, unreadable = [], []
    for fabric in Fabric.objects.exclude(credential_data=""):
        try:
            token = rotate(fabric.credential_data)
        except CredentialUnreadable:
            unreadable.append(fabric.name)
            continue
        # Only where nobody has entered another credential meanwhile; that one is under the new key already.
        Fabric.objects.filter(pk=fabric.pk, credential_data=fabric.credential_data).update(credential_data=token)
        rotated.append(fabric.name)
    output.document({"rotated": rotated, "unreadable": unreadable})
    output.say(f"{len(rotated)} credential(s) are now under the first key.")
    if unreadable:
        output.say(f"No key opens the credential of: {', '.join(unreadable)}. Put the old key back, or enter it again.")
        return Exit.FAILED
    return Exit.GOOD
