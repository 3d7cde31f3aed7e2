"""What a plain (unquoted) YAML word means to Kubernetes' own tools.

PyYAML's rules differ: it reads ``02:12:34:56:54:01`` as a number of base 60, ``2026-01-01`` as a date, and ``1e3`` as a
text. The rules here are those of kubectl's YAML library, sigs.k8s.io/yaml.
"""

import math
import re

__all__ = ("NotJSON", "meaning")

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **{word: True for base in ("true", "yes", "on") for word in (base, base.capitalize(), base.upper())},
    **{word: False for base in ("false", "no", "off") for word in (base, base.capitalize(), base.upper())},
    "y": True,
    "Y": True,
    "n": False,
    "N": False,
}
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_BASED = re.compile(r"([-+]?)0(?:x([0-9a-f]+)|o?([0-7]+)|b([01]+))", re.IGNORECASE)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_EXACT = 2.0**53  # below it, a whole number goes to JSON without a point
_LONGEST_NUMBER = 100  # characters


class NotJSON(ValueError):
    """A value that YAML can write and JSON, and so Kubernetes, cannot."""


def meaning(word: str) -> Scalar:
    """The value of a plain (unquoted) YAML word.

    Raises:
        NotJSON: The word is infinity or ``.nan``.
    """
    if word in _WORDS:
        return _WORDS[word]
    if word[0] not in "-+.0123456789" or len(word) > _LONGEST_NUMBER:
        return word
    if _NOT_FINITE.fullmatch(word):
        raise NotJSON(f"{word} has no place in JSON")
    plain = word.replace("_", "")
    if _DECIMAL.fullmatch(plain):
        return int(plain)
    if based := _BASED.fullmatch(plain):
        base = 16 if based[2] else 8 if based[3] else 2
        return int(based[1] + (based[2] or based[3] or based[4]), base)
    if _FLOAT.fullmatch(plain) and math.isfinite(number := float(plain)):
        return int(number) if number.is_integer() and abs(number) < _EXACT else number
    return word
