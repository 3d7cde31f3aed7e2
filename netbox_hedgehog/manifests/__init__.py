"""Objects as data: their canonical form, fingerprint and differences, and YAML in and out. No Django, no network."""

from netbox_hedgehog.manifests.canonical import Canonical, canonical, intent, is_controllers
from netbox_hedgehog.manifests.diff import ABSENT, Absent, FieldChange, diff
from netbox_hedgehog.manifests.fingerprint import fingerprint
from netbox_hedgehog.manifests.yaml_in import ManifestError, from_yaml
from netbox_hedgehog.manifests.yaml_out import to_yaml

__all__ = (
    "ABSENT",
    "Absent",
    "Canonical",
    "FieldChange",
    "ManifestError",
    "canonical",
    "diff",
    "fingerprint",
    "from_yaml",
    "intent",
    "is_controllers",
    "to_yaml",
)
