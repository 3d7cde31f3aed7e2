"""The plugin's NetBox jobs: thin, since all that they do is the engine's and can be done (and tested) without a queue.

Loading this package registers them, with NetBox and with the engine, which enqueues them by name.
"""

from netbox_hedgehog.jobs.connection_test import FabricConnectionTestJob
from netbox_hedgehog.jobs.fabric_sync import FabricSyncJob, FabricSyncScheduler

__all__ = ("FabricConnectionTestJob", "FabricSyncJob", "FabricSyncScheduler")
