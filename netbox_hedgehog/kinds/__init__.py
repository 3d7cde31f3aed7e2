"""What exists in a Hedgehog fabric: one entry a kind, and what follows from an object's kind alone.

Pure data and functions: no Django, no network, and nothing here changes the objects that it is given.
"""

from netbox_hedgehog.kinds.cells import at_path, cell, path_keys
from netbox_hedgehog.kinds.common import HEDGEHOG
from netbox_hedgehog.kinds.describe import describe
from netbox_hedgehog.kinds.model import Area, Column, Kind, Rule, Step, Writer
from netbox_hedgehog.kinds.names import KNOWN_NAMES, KindNames, kinds_meant, parted
from netbox_hedgehog.kinds.redact import redact
from netbox_hedgehog.kinds.references import Ref, references
from netbox_hedgehog.kinds.registry import KINDS, by_name, by_plural, find, find_by_name
from netbox_hedgehog.kinds.schema import crd, json_schema
from netbox_hedgehog.kinds.types import Boolean, Field, FieldType, Integer, List, Map, Number, Object, Reference, Text

__all__ = (
    "HEDGEHOG",
    "KINDS",
    "KNOWN_NAMES",
    "Area",
    "Boolean",
    "Column",
    "Field",
    "FieldType",
    "Integer",
    "Kind",
    "KindNames",
    "List",
    "Map",
    "Number",
    "Object",
    "Ref",
    "Reference",
    "Rule",
    "Step",
    "Text",
    "Writer",
    "at_path",
    "by_name",
    "by_plural",
    "cell",
    "crd",
    "describe",
    "find",
    "find_by_name",
    "json_schema",
    "kinds_meant",
    "parted",
    "path_keys",
    "redact",
    "references",
)
