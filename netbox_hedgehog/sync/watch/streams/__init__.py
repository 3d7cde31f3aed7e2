"""The open watches of a process: connecting, reading, and what waits to be written."""
