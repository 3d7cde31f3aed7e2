"""The RQ queue that the plugin's jobs wait in. NetBox puts the plugin's name in front of what the plugin declares."""

QUEUE = "hedgehog_sync"
QUEUE_NAME = f"netbox_hedgehog.{QUEUE}"
