"""Settings of the tests that need neither Django nor a server."""

from hypothesis import settings

# An example's time says something about the machine's other work, not about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
