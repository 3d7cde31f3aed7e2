"""What happened, in a few plain words, for each stable code; the server's own words and the hint come with the row."""

from netbox_hedgehog.run_code import RunCode

__all__ = ("error_title",)

# What a cluster, or the way to it, refuses or fails at, by ErrorCode; the rest is told by RunCode itself.
TITLES = {
    "name_not_resolved": "The name of the API server does not resolve",
    "address_not_allowed": "NetBox may not connect to the address of the API server",
    "no_route": "There is no route to the API server",
    "connection_refused": "The API server refused the connection",
    "timed_out": "The API server did not answer in time",
    "connection_lost": "The connection to the API server was lost",
    "tls_unknown_ca": "The API server's certificate is signed by an unknown authority",
    "tls_wrong_host": "The API server's certificate is for another host",
    "tls_expired": "The API server's certificate has expired",
    "tls_failed": "No secure connection to the API server could be made",
    "unauthorized": "The API server does not accept the credential",
    "forbidden": "The credential lacks a permission on the cluster",
    "not_kubernetes": "What answers at this address is not a Kubernetes API",
    "no_hedgehog_crds": "The cluster serves no Hedgehog kinds",
    "webhook_refused": "The fabric's webhook refused the object",
    "invalid": "The API server found the object invalid",
    "conflict": "The object was changed by someone else meanwhile",
    "not_found": "The API server does not have it",
    "expired": "The list expired on the server before it was read whole",
    "overloaded": "The API server is overloaded",
    "server_error": "The API server failed",
    "bad_answer": "The API server gave an answer that cannot be read",
    "answer_cut": "The API server's answer was cut off",
    "credential_invalid": "The credential cannot be used",
    "credential_exec_refused": "The kubeconfig asks to run a program on this host",
    "proxy_failed": "The proxy before the API server makes no connection",
    "kubeconfig_invalid": "The kubeconfig cannot be read",
} | {code.value: code.label for code in RunCode}


def error_title(code: str) -> str:
    """A sentence without a full stop for CODE; an unknown code is shown as words."""
    return TITLES.get(code) or code.replace("_", " ").capitalize()
