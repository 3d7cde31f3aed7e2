"""The practice fabric: a small Kubernetes API server with the Hedgehog kinds, and a sample fabric to serve."""
