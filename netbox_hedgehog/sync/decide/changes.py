"""What seeing an object changes in NetBox. Pure: knows neither the database nor the cluster."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from netbox_hedgehog.manifests import Canonical

__all__ = ("ChangeAction", "Mutation", "Stored", "classify", "decide", "is_newer", "version_number")

LONGEST_VERSION = 64  # characters of a resourceVersion that counts; Kubernetes' own have up to 39


class ChangeAction(StrEnum):
    """What happened to an object, seen from NetBox."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"  # deleted and created again under the same name: another uid
    RESTORED = "restored"  # was missing, is back
    TOUCHED = "touched"  # only its version on the cluster differs, or runs did not find it that a guard did not believe


class Stored(NamedTuple):
    """What NetBox holds of an object, as far as comparing needs it."""

    pk: int
    namespace: str
    name: str
    uid: str
    resource_version: str
    digest: str
    fingerprint: str
    missing_since: datetime | None
    missing_runs: int
    absence_proven: bool = False


class Mutation(NamedTuple):
    """An object that has to be written, as it was seen."""

    action: ChangeAction
    seen: Canonical
    digest: str
    stored: Stored | None


def classify(stored: Stored | None, seen: Canonical) -> ChangeAction | None:
    """What seeing an object means for what is ``stored`` of it; None where nothing has to be written."""
    if stored is None:
        return ChangeAction.CREATED
    if stored.uid and stored.uid != seen.uid:
        return ChangeAction.REPLACED
    if stored.missing_since:
        return ChangeAction.RESTORED
    if stored.fingerprint != seen.fingerprint:
        return ChangeAction.UPDATED
    if stored.missing_runs:
        return ChangeAction.TOUCHED
    return None if stored.resource_version == seen.resource_version else ChangeAction.TOUCHED


def is_newer(version: str, than: str) -> bool:
    """Whether resourceVersion ``version`` is newer ``than`` the other: they count up, in all that Kubernetes stores.

    Of versions that are no numbers nothing is known, and what was seen last is taken for the newer.
    """
    one, other = version_number(version), version_number(than)
    return version != than if one is None or other is None else one > other


def version_number(version: str) -> int | None:
    """``version`` as a number; None where it is none. Servers choose what they send: "²" is a digit too, to Python."""
    return int(version) if len(version) <= LONGEST_VERSION and version.isascii() and version.isdigit() else None


def decide(seen: Canonical, digest: str, stored: Stored | None, *, as_compared: bool = False) -> Mutation | None:
    """What an object asks for; None where nothing has to be written. The one rule on what may overwrite what.

    A run and a watcher write the same rows, and neither may undo what the other saw later. So this is decided under
    the kind's lock, with the row as it is then.

    Args:
        seen: The object as it was listed or watched.
        digest: The digest of its bytes.
        stored: Its row as it is now; None where there is none.
        as_compared: Whether that row still is what the list was compared with. Such a row takes anything, older
            versions too: a cluster may have been put back to an older state. Any other row takes newer ones only.
    """
    if stored and not as_compared and not is_newer(seen.resource_version, stored.resource_version):
        return None
    action = classify(stored, seen)
    return None if action is None else Mutation(action, seen, digest, stored)
