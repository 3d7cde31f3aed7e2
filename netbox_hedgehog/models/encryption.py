"""Encrypts credentials at rest with Fernet (AES-128-CBC, HMAC-SHA256) under the plugin's keys, newest first."""

import base64
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models.sealed import Sealed, sealed_text

__all__ = ("CredentialUnreadable", "decrypt", "encrypt", "rotate")


class CredentialUnreadable(Exception):
    """None of the configured keys decrypts a stored credential."""

    def __init__(self) -> None:
        super().__init__(
            "The stored credential cannot be decrypted with the keys in encryption_keys or encryption_key_file. "
            "Put the key back that it was written with, or enter the credential again."
        )


def _derived_key() -> bytes:
    """A key derived from NetBox's SECRET_KEY, for installations that configure none."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"netbox_hedgehog credentials")
    return base64.urlsafe_b64encode(kdf.derive(settings.SECRET_KEY.encode()))


def _ring() -> MultiFernet:
    keys: list[str | bytes] = [str(key) for key in get_plugin_config("netbox_hedgehog", "encryption_keys") or []]
    if path := get_plugin_config("netbox_hedgehog", "encryption_key_file"):
        try:
            keys += Path(path).read_text().split()
        except OSError as error:
            raise ImproperlyConfigured(f"netbox_hedgehog: encryption_key_file cannot be read: {error}") from error
    try:
        return MultiFernet([Fernet(key) for key in (*keys, _derived_key())])
    except ValueError as error:
        raise ImproperlyConfigured(f"netbox_hedgehog: an encryption key is not a Fernet key: {error}") from error


def encrypt(text: str) -> str:
    """Encrypt a text under the newest key."""
    return _ring().encrypt(text.encode()).decode()


def decrypt(token: str | Sealed) -> str:
    """Decrypt a text.

    Raises:
        CredentialUnreadable: No configured key decrypts it.
    """
    try:
        return _ring().decrypt(sealed_text(token).encode()).decode()
    except InvalidToken as error:
        raise CredentialUnreadable from error


def rotate(token: str | Sealed) -> str:
    """Encrypt a text anew under the newest key.

    Raises:
        CredentialUnreadable: No configured key decrypts it.
    """
    try:
        return _ring().rotate(sealed_text(token).encode()).decode()
    except InvalidToken as error:
        raise CredentialUnreadable from error
