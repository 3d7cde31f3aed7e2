"""Many fabrics with short intervals on real workers; then some are killed: ``python -m benchmarks.soak``."""
