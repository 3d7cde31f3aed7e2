"""NetBox's processes as forks of one that has loaded NetBox, since loading it costs some 8 s of a core each time."""
