"""The rows of objects and all that hangs on them, written in bulk."""
