"""``make demo``: NetBox with the plugin, a fabric and everything they need, on this machine alone."""
