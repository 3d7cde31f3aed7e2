"""The fixed words for configuration and states; the same in the UI, REST, GraphQL, the command and the docs."""

from django.utils.translation import gettext_lazy as _
from utilities.choices import ChoiceSet

__all__ = (
    "ChangeActionChoices",
    "ConditionChoices",
    "CredentialChoices",
    "ModeChoices",
    "RunOperationChoices",
    "RunStateChoices",
    "RunTriggerChoices",
    "WatchStateChoices",
)


class ModeChoices(ChoiceSet):
    key = "Fabric.mode"

    OBSERVE = "observe"

    CHOICES = [(OBSERVE, _("Observe (the cluster is read, NetBox is written)"), "blue")]


class CredentialChoices(ChoiceSet):
    key = "Fabric.credential"

    TOKEN = "token"  # noqa: S105  the name of a choice
    CERTIFICATE = "certificate"
    KUBECONFIG = "kubeconfig"
    KUBECONFIG_FILE = "kubeconfig_file"
    IN_CLUSTER = "in_cluster"

    CHOICES = [
        (TOKEN, _("Bearer token")),
        (CERTIFICATE, _("Client certificate")),
        (KUBECONFIG, _("Kubeconfig (pasted)")),
        (KUBECONFIG_FILE, _("Kubeconfig (file on the NetBox host)")),
        (IN_CLUSTER, _("In-cluster service account")),
    ]


class RunOperationChoices(ChoiceSet):
    """What a run does. One reads the cluster and writes what it finds to NetBox."""

    READ = "read"

    CHOICES = [(READ, _("Read"), "blue")]


class RunStateChoices(ChoiceSet):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"
    LOST = "lost"

    CHOICES = [
        (QUEUED, _("Queued"), "cyan"),
        (RUNNING, _("Running"), "blue"),
        (SUCCEEDED, _("Succeeded"), "green"),
        (PARTIAL, _("Partial"), "orange"),
        (FAILED, _("Failed"), "red"),
        (BLOCKED, _("Blocked"), "orange"),
        (CANCELLED, _("Cancelled"), "gray"),
        (LOST, _("Lost"), "red"),
    ]

    ACTIVE = (QUEUED, RUNNING)
    TERMINAL = (SUCCEEDED, PARTIAL, FAILED, BLOCKED, CANCELLED, LOST)
    COMPLETED_READING = (SUCCEEDED, PARTIAL, BLOCKED)  # the run went through all that it was to read

    # What may follow on a state; the database refuses everything else (migration terminal_states).
    NEXT = {QUEUED: (RUNNING, CANCELLED), RUNNING: TERMINAL, **dict.fromkeys(TERMINAL, ())}


class RunTriggerChoices(ChoiceSet):
    BUTTON = "button"
    API = "api"
    COMMAND = "command"
    SCHEDULE = "schedule"
    WATCH = "watch"
    OVERRIDE = "override"

    CHOICES = [
        (BUTTON, _("Button")),
        (API, _("REST API")),
        (COMMAND, _("Command")),
        (SCHEDULE, _("Schedule")),
        (WATCH, _("Watcher")),
        (OVERRIDE, _("Override of a guard")),
    ]


class WatchStateChoices(ChoiceSet):
    """The state of a watch as its holder reports it; it is valid only as long as the lease lasts."""

    STARTING = "starting"
    CATCHING_UP = "catching up"
    LIVE = "live"
    PARTIAL = "partial"
    UNREACHABLE = "unreachable"
    FAILED = "failed"

    CHOICES = [
        (STARTING, _("Starting"), "cyan"),
        (CATCHING_UP, _("Catching up: waits for a sync"), "blue"),
        (LIVE, _("Live"), "green"),
        (PARTIAL, _("Some kinds cannot be watched"), "orange"),
        (UNREACHABLE, _("The cluster does not answer"), "red"),
        (FAILED, _("Failed: is tried again"), "red"),
    ]


class ConditionChoices(ChoiceSet):
    """What can be wrong with a fabric. Each is true or false, and event rules are notified when it changes."""

    SYNC_FAILED = "SyncFailed"
    BLOCKED = "Blocked"
    UNREACHABLE = "Unreachable"
    STALE = "Stale"

    CHOICES = [
        (SYNC_FAILED, _("The last full sync failed or was lost"), "red"),
        (BLOCKED, _("A guard keeps objects from being removed"), "orange"),
        (UNREACHABLE, _("The cluster does not answer, or refuses the credential"), "red"),
        (STALE, _("The cluster has not been read for two intervals and a minute"), "orange"),
    ]


class ChangeActionChoices(ChoiceSet):
    """What a run did with one object."""

    CREATED = "created"
    UPDATED = "updated"
    REPLACED = "replaced"
    MISSING = "missing"
    RESTORED = "restored"
    REMOVED = "removed"

    CHOICES = [
        (CREATED, _("Created"), "green"),
        (UPDATED, _("Updated"), "blue"),
        (REPLACED, _("Replaced"), "purple"),
        (MISSING, _("Missing"), "orange"),
        (RESTORED, _("Restored"), "teal"),
        (REMOVED, _("Removed"), "red"),
    ]
