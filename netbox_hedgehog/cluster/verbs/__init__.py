"""What is asked of an API server: list, watch, get, discover, which version it has and what the credential may do."""
