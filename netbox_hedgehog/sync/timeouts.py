"""How long the engine waits for a cluster: one place for runs, watcher and connection tests."""

from netbox.plugins import get_plugin_config

__all__ = ("timeouts",)


def timeouts() -> dict[str, float]:
    """The plugin's time-outs in seconds, by the names under which ``cluster`` takes them."""
    return {name: get_plugin_config("netbox_hedgehog", name) for name in ("connect_timeout", "read_timeout")}
