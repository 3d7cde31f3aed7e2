"""How the engine speaks to PostgreSQL: retries, bulk statements, the database's clock. Knows nothing of syncs."""
