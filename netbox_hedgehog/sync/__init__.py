"""The engine: the one path by which a fabric's state reaches NetBox. Start reading at ``request`` and ``engine``."""
