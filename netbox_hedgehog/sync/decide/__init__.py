"""What a sync decides, as pure functions: what is well formed, what has changed, what may disappear, what is due."""
