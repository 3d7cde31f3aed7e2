"""What a dead worker leaves, and how it is told and mended."""
