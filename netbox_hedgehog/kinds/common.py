"""Field types and names that several kinds share."""

from netbox_hedgehog.kinds.types import Boolean, Integer, Number, Text

__all__ = (
    "BOOLEAN",
    "HEDGEHOG",
    "INT32",
    "INT64",
    "INTEGER",
    "IPV4_ADDRESS",
    "IPV4_PREFIX",
    "NUMBER",
    "TEXT",
    "TIME",
)

# Every API group of the fabric ends in this.
HEDGEHOG = ".githedgehog.com"

TEXT = Text()
TIME = Text(format="date-time")
INTEGER = Integer()
INT32 = Integer(format="int32")
INT64 = Integer(format="int64")
NUMBER = Number()
BOOLEAN = Boolean()

# The patterns are part of the API: a value that does not match is refused, so ours must accept exactly the same.
_FOUR_BYTES = r"^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}"
IPV4_ADDRESS = Text(pattern=f"{_FOUR_BYTES}$")
IPV4_PREFIX = Text(pattern=f"{_FOUR_BYTES}/([1-2]?[0-9]|3[0-2])$")
