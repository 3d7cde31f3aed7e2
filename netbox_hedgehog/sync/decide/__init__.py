"""The decisions of a sync as pure functions: what is well formed, changed, removable, due."""
