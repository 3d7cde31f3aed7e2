"""How long the engine waits for a cluster, and how fast it asks: one place for runs, watcher and connection tests."""

from netbox.plugins import get_plugin_config

__all__ = ("limits", "timeouts")


def timeouts() -> dict[str, float]:
    """The plugin's time-outs in seconds, by the names under which ``cluster`` takes them."""
    return _settings("connect_timeout", "read_timeout")


def limits() -> dict[str, float]:
    """The time-outs, and how many requests a second a client may send: what ``Cluster`` takes."""
    return _settings("connect_timeout", "read_timeout", "requests_per_second")


def _settings(*names: str) -> dict[str, float]:
    return {name: get_plugin_config("netbox_hedgehog", name) for name in names}
