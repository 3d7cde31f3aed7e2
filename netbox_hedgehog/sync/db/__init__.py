"""How the engine uses PostgreSQL: retries, bulk statements, time limits, its clock. Knows nothing of syncs."""
