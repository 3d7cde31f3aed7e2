"""What NetBox needs to know of the plugin: its name, versions, queue and settings."""

from django.core.exceptions import ImproperlyConfigured
from netbox.plugins import PluginConfig

from netbox_hedgehog.queue import QUEUE
from netbox_hedgehog.version import __version__


class HedgehogConfig(PluginConfig):
    # NetBox resolves a plugin's resources (navigation, search, graphql ...) below the module of this class.
    __module__ = "netbox_hedgehog"

    name = "netbox_hedgehog"
    verbose_name = "Hedgehog"
    description = "Keeps NetBox, Git and the Kubernetes API of a Hedgehog Open Network Fabric in agreement"
    version = __version__
    author = "The netbox-hedgehog authors"
    base_url = "hedgehog"
    min_version = "4.7.0"
    max_version = "4.7.99"
    queues = [QUEUE]
    default_settings = {
        # Keys for credentials at rest, newest first (Fernet keys, 32 bytes in URL-safe base64), or a file with one a
        # line. Where neither is given, a key is derived from NetBox's SECRET_KEY. See docs/security.md.
        "encryption_keys": [],
        "encryption_key_file": None,
        # A kubeconfig's exec and auth-provider entries run programs on this host. Off unless an administrator says so.
        "allow_exec_credentials": False,
        # Files that a fabric's credential may name (mounted kubeconfigs); nothing else on this host can be read.
        "credential_directories": ["/run/secrets/netbox_hedgehog", "/etc/netbox/hedgehog"],
        # The networks that clusters and their proxies may be in ("10.0.0.0/8"); none: whoever edits a fabric
        # can have the workers connect to any address.
        "allowed_addresses": [],
        # Seconds. A worker that has not renewed its lease for this long has lost its run.
        "lease_seconds": 30,
        # Seconds. When a watcher dies, another one takes its fabrics after this long.
        "watch_lease_seconds": 10,
        # Seconds that one run may take at the most.
        "run_deadline": 3600,
        # Seconds to establish a connection, and to wait for the next bytes of an answer.
        "connect_timeout": 5,
        "read_timeout": 30,
        # Requests that one process (a worker, a watcher) may send to one API server in a second, over time; six times
        # as many may come at once. 0: no limit.
        "requests_per_second": 50,
        # Runs that may go on at once in this NetBox, however many workers there are. 0: as many as there are workers.
        "max_concurrent_runs": 0,
        # Whether a worker of the plugin's queue ends RQ's processes with it, and takes away the queue's lock of a
        # scheduler that was killed, so that the schedule goes on within seconds after a worker was killed. Off: RQ does
        # it in its own time. See docs/configuration.md.
        "rq_workarounds": False,
    }

    @classmethod
    def validate(cls, user_config, netbox_version):
        super().validate(user_config, netbox_version)
        from netbox_hedgehog.cluster.auth.allowed_networks import parse_networks

        try:
            parse_networks(user_config["allowed_addresses"])
        except (ValueError, TypeError) as error:
            raise ImproperlyConfigured(f"netbox_hedgehog: allowed_addresses: {error}") from None

    def import_models(self):
        from netbox_hedgehog.events import register_events

        # Not in ready(): NetBox's forms take up the event types when they are loaded, and its own ready() loads them.
        register_events()
        super().import_models()

    def ready(self):
        super().ready()
        from django.db.models.signals import post_migrate
        from django.utils.translation import gettext, ngettext

        from netbox_hedgehog import jobs  # noqa: F401  registers them, and the schedule as a system job
        from netbox_hedgehog.kinds.texts import translate_with
        from netbox_hedgehog.models import register_actions
        from netbox_hedgehog.uninstall import forget_plugin

        translate_with(gettext, ngettext)
        register_actions()
        post_migrate.connect(forget_plugin, sender=self)
