"""The rows of runs: states, leases, progress, retention."""
