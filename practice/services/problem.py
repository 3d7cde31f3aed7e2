"""What a person must be told, and can do something about."""

__all__ = ("Problem",)


class Problem(Exception):
    """Start-up cannot go on. The message says what happened and what to do; no traceback is shown with it."""
