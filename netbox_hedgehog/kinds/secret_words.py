"""Recognises secrets without a schema: by the key that they stand under, or by what they look like."""

import re

__all__ = ("carries_login", "looks_secret", "names_secret")

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_SECRET_NAME = re.compile(
    r"(passw(or)?d|passphrase|passwordhash|secret|token|apikey|privatekey|presharedkey|accesskey|secretkey|clientkey"
    r"|sshkey|authorizedkey|credential|basicauth|authorization|certpem|keypem|capem|psk)s?$",
)
_SECRET_TEXT = re.compile(
    r"-----BEGIN [A-Z0-9 ]+-----"  # PEM: keys and certificates
    r"|\$(?:1|2[abxy]?|5|6|7|g?y)\$[./A-Za-z0-9=$,+-]{12,}"  # crypt(5) hashes
    r"|\b[Bb]earer\s+[A-Za-z0-9._~+/=-]{16,}"
    r"|\b[Aa]uthorization:\s*\S+\s+[A-Za-z0-9._~+/=-]{8,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.",  # signed tokens (JWT)
)
_LOGIN = re.compile(r"://[^/\s:@]*:[^/\s@]+@")
# A text without any of these cannot match; looking for them costs far less than the expression.
_SHORTEST = 15
_MARKS = ("$", "-----BEGIN", "earer", "uthorization", "eyJ")


def names_secret(key: str) -> bool:
    """Whether a key names a secret: ``bearerToken``, ``registry-password``, ``certPEM``.

    Keys that are only about a secret (``secretName``, ``tokenExpiry``) name none.
    """
    return _SECRET_NAME.search(_SEPARATORS.sub("", key.rpartition("/")[2].lower())) is not None


def looks_secret(text: str) -> bool:
    """Whether a text holds a key, certificate, password hash, bearer value or signed token."""
    if len(text) < _SHORTEST:
        return False
    return any(mark in text for mark in _MARKS) and _SECRET_TEXT.search(text) is not None


def carries_login(text: str) -> bool:
    """Whether an address has a password in it: ``https://user:password@host``."""
    return "@" in text and _LOGIN.search(text) is not None
