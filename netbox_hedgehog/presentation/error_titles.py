"""What each stable code means, in a few plain words; the message and the hint are stored with the row."""

from django.utils.translation import gettext, gettext_noop

from netbox_hedgehog.cluster import ErrorCode
from netbox_hedgehog.run_code import RunCode

__all__ = ("error_title",)

# What a cluster, or the way to it, refuses or fails at, by ErrorCode; the rest is told by RunCode itself.
TITLES: dict[str, str] = {
    ErrorCode.NAME_NOT_RESOLVED: gettext_noop("The name of the API server does not resolve"),
    ErrorCode.ADDRESS_NOT_ALLOWED: gettext_noop("NetBox may not connect to the address of the API server"),
    ErrorCode.NO_ROUTE: gettext_noop("There is no route to the API server"),
    ErrorCode.CONNECTION_REFUSED: gettext_noop("The API server refused the connection"),
    ErrorCode.TIMED_OUT: gettext_noop("The API server did not answer in time"),
    ErrorCode.CONNECTION_LOST: gettext_noop("The connection to the API server was lost"),
    ErrorCode.TLS_UNKNOWN_CA: gettext_noop("The API server's certificate is signed by an unknown authority"),
    ErrorCode.TLS_WRONG_HOST: gettext_noop("The API server's certificate is for another host"),
    ErrorCode.TLS_EXPIRED: gettext_noop("The API server's certificate has expired"),
    ErrorCode.TLS_FAILED: gettext_noop("No secure connection to the API server could be made"),
    ErrorCode.UNAUTHORIZED: gettext_noop("The API server does not accept the credential"),
    ErrorCode.FORBIDDEN: gettext_noop("The credential lacks a permission on the cluster"),
    ErrorCode.NOT_KUBERNETES: gettext_noop("What answers at this address is not a Kubernetes API"),
    ErrorCode.NO_HEDGEHOG_CRDS: gettext_noop("The cluster serves no Hedgehog kinds"),
    ErrorCode.WEBHOOK_REFUSED: gettext_noop("The fabric's webhook refused the object"),
    ErrorCode.INVALID: gettext_noop("The API server found the object invalid"),
    ErrorCode.CONFLICT: gettext_noop("The object was changed by someone else meanwhile"),
    ErrorCode.NOT_FOUND: gettext_noop("The API server has no such object or kind"),
    ErrorCode.EXPIRED: gettext_noop("The list expired on the server before it was read whole"),
    ErrorCode.OVERLOADED: gettext_noop("The API server is overloaded"),
    ErrorCode.SERVER_ERROR: gettext_noop("The API server failed"),
    ErrorCode.BAD_ANSWER: gettext_noop("The API server gave an answer that cannot be read"),
    ErrorCode.ANSWER_CUT: gettext_noop("The API server's answer was cut off"),
    ErrorCode.CREDENTIAL_INVALID: gettext_noop("The credential cannot be used"),
    ErrorCode.CREDENTIAL_EXEC_REFUSED: gettext_noop("The kubeconfig asks to run a program on this host"),
    ErrorCode.PROXY_FAILED: gettext_noop("The proxy before the API server makes no connection"),
    ErrorCode.KUBECONFIG_INVALID: gettext_noop("The kubeconfig cannot be read"),
    **{code: code.label for code in RunCode},
}


def error_title(code: str) -> str:
    """Describe a code for people, in their language.

    Args:
        code: An ``ErrorCode`` or a ``RunCode``; an unknown one is written as words.

    Returns:
        A sentence without a full stop.
    """
    return gettext(TITLES[code]) if code in TITLES else code.replace("_", " ").capitalize()
