"""Who serves the queue of the syncs, and whether the timer ticks."""
