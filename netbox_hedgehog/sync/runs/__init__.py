"""The rows of runs: their states, leases, progress, and what is kept of them."""
