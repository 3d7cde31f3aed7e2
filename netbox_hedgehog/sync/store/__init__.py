"""The rows of objects and what belongs to them, written in bulk."""
