"""Recognises values in requests that the database cannot use: an invalid pattern, a time outside its calendar."""

from django.db import DataError

__all__ = ("of_request",)


def of_request(error: DataError) -> bool:
    """Whether PostgreSQL (SQLSTATE class 22) or its driver refused a value that was sent, not one that was read."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return state.startswith("22") or "NUL" in str(error)
