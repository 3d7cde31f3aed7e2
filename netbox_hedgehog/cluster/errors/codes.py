"""What can go wrong with a cluster: stable codes."""

from enum import StrEnum

__all__ = ("ErrorCode",)


class ErrorCode(StrEnum):
    """Stored and filtered on: codes are added and never renamed."""

    NAME_NOT_RESOLVED = "name_not_resolved"
    NO_ROUTE = "no_route"
    CONNECTION_REFUSED = "connection_refused"
    TIMED_OUT = "timed_out"
    CONNECTION_LOST = "connection_lost"
    TLS_UNKNOWN_CA = "tls_unknown_ca"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_EXPIRED = "tls_expired"
    TLS_FAILED = "tls_failed"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_KUBERNETES = "not_kubernetes"
    NO_HEDGEHOG_CRDS = "no_hedgehog_crds"
    WEBHOOK_REFUSED = "webhook_refused"
    INVALID = "invalid"
    CONFLICT = "conflict"
    NOT_FOUND = "not_found"
    EXPIRED = "expired"
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    BAD_ANSWER = "bad_answer"
    ANSWER_CUT = "answer_cut"
    CREDENTIAL_INVALID = "credential_invalid"
    CREDENTIAL_EXEC_REFUSED = "credential_exec_refused"
    KUBECONFIG_INVALID = "kubeconfig_invalid"
    INTERNAL = "internal"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    PROXY_FAILED = "proxy_failed"

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed later although nothing was changed."""
        return self in _PASSING


_PASSING = {
    ErrorCode.NO_ROUTE,
    ErrorCode.CONNECTION_REFUSED,
    ErrorCode.TIMED_OUT,
    ErrorCode.CONNECTION_LOST,
    ErrorCode.EXPIRED,
    ErrorCode.OVERLOADED,
    ErrorCode.SERVER_ERROR,
    ErrorCode.ANSWER_CUT,
}
