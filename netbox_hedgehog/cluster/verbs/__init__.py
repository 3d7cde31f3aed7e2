"""The requests to an API server: list, watch, get, discover, its version, and what the credential may do."""
