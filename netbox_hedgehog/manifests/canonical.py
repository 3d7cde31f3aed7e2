"""The one form in which the plugin stores and compares the objects of a cluster."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from netbox_hedgehog.kinds import Kind, redact
from netbox_hedgehog.manifests.fingerprint import fingerprint

__all__ = ("Canonical", "canonical", "intent", "is_controllers")

# The controllers remove and rewrite every label whose key contains one of these, whoever set it.
CONTROLLERS_LABELS = ("fabric.githedgehog.com/", "gateway.githedgehog.com/")


_ZERO = datetime(1, 1, 1, tzinfo=UTC)


class _Manager(msgspec.Struct, omit_defaults=True):
    manager: str = ""
    operation: str = ""
    subresource: str = ""
    time: str | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    name: Annotated[str, msgspec.Meta(min_length=1)]
    namespace: str | None = None
    uid: str | None = None
    resource_version: str | None = None
    generation: int | None = None
    creation_timestamp: datetime | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    managed_fields: list[_Manager] | None = None


class _Envelope(msgspec.Struct, rename="camel"):
    """What every object has, in the types that Kubernetes gives it."""

    metadata: _Metadata
    api_version: str = ""
    kind: str = ""


class Canonical(msgspec.Struct, frozen=True):
    """An object without secrets and without what the server adds for itself.

    Attributes:
        created: When the cluster created it.
        field_managers: For each writer of the object, ``manager``, ``operation``, ``time`` and, if any,
            ``subresource``; the fields that it owns are left out.
        deleting: Its deletion was requested, and a finalizer delays it.
        fingerprint: See ``fingerprint.fingerprint``.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    uid: str
    resource_version: str
    generation: int | None
    created: datetime | None
    labels: dict[str, str]
    annotations: dict[str, str]
    spec: Any
    status: Any
    field_managers: list[dict[str, str]]
    deleting: bool
    fingerprint: str


def canonical(obj: dict[str, Any], kind: Kind | None) -> Canonical:
    """Bring an object into its canonical form.

    Args:
        obj: The object as an API server serves it; it stays as it is.
        kind: Its kind; None if the plugin does not know it.

    Returns:
        The canonical form, without secrets.

    Raises:
        ValueError: ``obj`` is no Kubernetes object; the message names the field, and no value.
    """
    try:
        envelope = msgspec.convert(obj, _Envelope)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    clean = redact(kind, obj)
    spec, status = clean.get("spec"), clean.get("status")
    metadata = envelope.metadata
    uid, deleting = metadata.uid or "", bool(metadata.deletion_timestamp)
    labels = metadata.labels or {}
    annotations = clean["metadata"].get("annotations") or {}
    return Canonical(
        api_version=envelope.api_version,
        kind=envelope.kind,
        namespace=metadata.namespace or "",
        name=metadata.name,
        uid=uid,
        resource_version=metadata.resource_version or "",
        generation=metadata.generation,
        created=_moment(metadata.creation_timestamp),
        labels=labels,
        annotations=annotations,
        spec=spec,
        status=status,
        field_managers=[msgspec.to_builtins(entry) for entry in metadata.managed_fields or ()],
        deleting=deleting,
        fingerprint=fingerprint(labels, annotations, spec, status, uid, deleting),
    )


def _moment(told: datetime | None) -> datetime | None:
    """A time stamp with its time zone; None for the zero time, which is how Go writes that there is none."""
    if told is None:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return None if told == _ZERO else told


def intent(obj: Canonical) -> dict[str, Any]:
    """Extract what a person can want of an object: spec, labels and annotations, without the controllers' own keys.

    Returns:
        A dict with ``labels``, ``annotations`` and ``spec``.
    """
    return {
        "labels": {key: value for key, value in obj.labels.items() if not is_controllers(key)},
        "annotations": {key: value for key, value in obj.annotations.items() if not is_controllers(key)},
        "spec": obj.spec,
    }


def is_controllers(key: str) -> bool:
    """Whether a label or annotation belongs to Hedgehog's controllers, which rewrite it at each write.

    The rule is the fabric controller's own: it removes every label whose key contains one of ``CONTROLLERS_LABELS``.
    """
    return any(part in key for part in CONTROLLERS_LABELS)
