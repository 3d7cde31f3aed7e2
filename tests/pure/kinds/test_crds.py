"""Our description of the kinds against the CRDs that the fabric installs, field for field."""

from typing import Any

import pytest
import yaml

from netbox_hedgehog import kinds
from tests.shared import shared


def theirs() -> dict[str, dict[str, Any]]:
    files = sorted(shared("testbed", "crds").glob("*.yaml"))
    assert files
    return {crd["spec"]["names"]["kind"]: crd for crd in (yaml.safe_load(file.read_text()) for file in files)}


def without_words(schema: Any) -> Any:
    """A schema without its descriptions; a property that is itself called description stays."""
    if isinstance(schema, list):
        return [without_words(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: without_words(field) for name, field in value.items()}
        if key == "properties"
        else without_words(value)
        for key, value in schema.items()
        if key != "description"
    }


def test_every_kind_of_the_fabric_is_known_and_no_other():
    assert set(theirs()) == {kind.kind for kind in kinds.KINDS}


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.kind)
def test_crd_agrees_with_the_fabrics(kind):
    own, other = kinds.crd(kind), theirs()[kind.kind]
    assert own["apiVersion"] == other["apiVersion"]
    assert own["kind"] == other["kind"]
    assert own["metadata"]["name"] == other["metadata"]["name"]
    (version,), (other_version,) = own["spec"].pop("versions"), other["spec"].pop("versions")
    assert own["spec"] == other["spec"]
    schema, other_schema = (v.pop("schema")["openAPIV3Schema"] for v in (version, other_version))
    for column in other_version.get("additionalPrinterColumns", []):
        column.pop("description", None)
    assert version == other_version
    assert without_words(schema) == without_words(other_schema)
