"""HTTP to one API server: names resolved in time, pooled connections, the rate limit, bodies decoded, open streams."""
