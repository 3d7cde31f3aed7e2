"""What can go wrong with a cluster: codes, the one exception, and how network errors and HTTP answers become it."""
