"""What to do next after an error of each code."""

from collections.abc import Mapping

from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.errors.credential_recipe import RENEW_COMMAND
from netbox_hedgehog.cluster.host import in_url

__all__ = ("hint_for", "proxy_hint_for")

_KUBECONFIG = "Make one with `kubectl config view --raw --minify --flatten` and paste its whole output."

# A sentence, or ways to say it: the first whose facts are all known is taken. One that has none is left out.
_Sentence = str | tuple[str, ...]
# The next steps, a sentence each. In braces: facts of the case.
_TEXTS: dict[ErrorCode, tuple[_Sentence, ...]] = {
    ErrorCode.NAME_NOT_RESOLVED: (
        (
            "Check the address; `getent hosts {host}` on the host of NetBox's worker must answer.",
            "Check the address; the host of NetBox's worker must be able to resolve it.",
        ),
        "If it does not, correct the name, add it to DNS or /etc/hosts, or use the IP address.",
    ),
    ErrorCode.ADDRESS_NOT_ALLOWED: (
        "Name another address, or have NetBox's administrator add its network to the setting allowed_addresses.",
    ),
    ErrorCode.NO_ROUTE: (
        (
            "Check the address, and routing, VPN and firewall between NetBox's worker and {host}; "
            "`ip route get {host}` on the worker's host shows the way it takes.",
            "Check the address, and routing, VPN and firewall between NetBox's worker and the API server.",
        ),
    ),
    ErrorCode.CONNECTION_REFUSED: (
        (
            "Check the port (Kubernetes usually has 6443) and that the API server runs; "
            "`nc -vz {host} {port}` on the host of NetBox's worker must connect.",
            "Check the port (Kubernetes usually has 6443) and that the API server runs.",
        ),
    ),
    ErrorCode.TIMED_OUT: (
        (
            "Check that {host} port {port} is the API server and that no firewall drops the packets: "
            "`curl -vk https://{netloc}/version` on the host of NetBox's worker must answer.",
            "Check that the address is the API server's and that no firewall drops the packets.",
        ),
        "For a slow server, raise the plugin settings connect_timeout and read_timeout.",
    ),
    ErrorCode.CONNECTION_LOST: (
        "Try again.",
        (
            "If it happens each time, look at the API server's log and at any proxy or load balancer "
            "between NetBox's worker and {host}.",
            "If it happens each time, look at the API server's log and at any proxy or load balancer in between.",
        ),
    ),
    ErrorCode.TLS_UNKNOWN_CA: (
        "Enter the cluster's own CA certificate: the decoded certificate-authority-data of its kubeconfig.",
        (
            "If the cluster's CA was changed, replace the old one, after making sure that {host} is the right server.",
            "If the cluster's CA was changed, replace the old one, after making sure that it is the right server.",
        ),
    ),
    ErrorCode.TLS_WRONG_HOST: (
        (
            "Use a name or address that the certificate lists: `openssl s_client -connect {netloc} </dev/null | "
            "openssl x509 -noout -ext subjectAltName` shows them.",
            "Use a name or address that the certificate lists.",
        ),
        "Or set tls-server-name in the kubeconfig.",
    ),
    ErrorCode.TLS_EXPIRED: (
        "Renew the API server's certificate (k3s: restart it; kubeadm: `kubeadm certs renew apiserver`),",
        ("and check the clocks of {host} and of NetBox's worker.", "and check the clocks of both hosts."),
    ),
    ErrorCode.TLS_FAILED: (
        (
            "Check that the address starts with https:// and that port {port} of {host} is the API server's own: "
            "`openssl s_client -connect {netloc}` on the host of NetBox's worker must show a certificate.",
            "Check that the address starts with https:// and that its port is the API server's own.",
        ),
    ),
    ErrorCode.UNAUTHORIZED: (
        "Enter a new credential. A token may have ended or its service account been deleted: "
        f"`{RENEW_COMMAND}` makes one for the account that docs/security.md, Permissions on the cluster, sets up.",
    ),
    ErrorCode.FORBIDDEN: (
        (
            "Ask the cluster's administrator for a role that may {verb} {resource}; "
            "`kubectl auth can-i {verb} {resource} --as {user}` must say yes.",
            "Ask the cluster's administrator for a role that may {verb} {resource}.",
            "Ask the cluster's administrator for the role in docs/security.md, Permissions on the cluster.",
        ),
        "NetBox needs get, list and watch on every kind of *.githedgehog.com.",
    ),
    ErrorCode.NOT_KUBERNETES: (
        (
            "Check address, port and path: {url}/version must answer with JSON that has a gitVersion.",
            "Check address, port and path: /version must answer with JSON that has a gitVersion.",
        ),
        "A login page or a web server in between answers otherwise.",
    ),
    ErrorCode.NO_HEDGEHOG_CRDS: (
        "Check that this is a Hedgehog fabric's control plane: "
        "`kubectl api-resources | grep githedgehog` must list kinds. If it is, its installation has not finished.",
    ),
    ErrorCode.WEBHOOK_REFUSED: (
        "Change what the fabric's message names, then try again. It judges across objects: what it refuses now "
        "it may take once another object is there or gone.",
    ),
    ErrorCode.INVALID: (
        (
            "Correct the fields that the message names; `kubectl explain {resource}` tells what they may hold.",
            "Correct what the message names.",
        ),
    ),
    ErrorCode.CONFLICT: ("Read the object again and repeat the change on its newest version.",),
    ErrorCode.NOT_FOUND: (
        (
            "Check name, namespace and kind; `kubectl get {resource} -A` lists what there is.",
            "Check name, namespace and kind; `kubectl api-resources` lists the kinds that there are.",
        ),
        "It may have been deleted.",
    ),
    ErrorCode.EXPIRED: (
        "Nothing needs doing: the list is begun again. If it keeps happening, see why reading is slow.",
    ),
    ErrorCode.OVERLOADED: (
        "Wait and try again. If it lasts, look at the load of the control plane; "
        "`kubectl get --raw /readyz?verbose` shows what is not ready.",
    ),
    ErrorCode.SERVER_ERROR: (
        "Try again. If it lasts, look at the logs of the API server and, if the message names a webhook, "
        "at the fabric's controller: `kubectl get pods -n fab`.",
    ),
    ErrorCode.BAD_ANSWER: (
        (
            "Look at it with `kubectl get --raw '{path}'`, and at any proxy between NetBox's worker and {host}.",
            "Look at it with `kubectl get --raw '{path}'`, and at any proxy in between.",
            "Look at the API server's log, and at any proxy between NetBox's worker and {host}.",
            "Look at the API server's log, and at any proxy in between.",
        ),
    ),
    ErrorCode.ANSWER_CUT: (
        "Try again.",
        (
            "If it happens each time, look for a proxy or load balancer between NetBox's worker and {host} "
            "that limits size or time.",
            "If it happens each time, look for a proxy or load balancer in between that limits size or time.",
        ),
    ),
    ErrorCode.CREDENTIAL_INVALID: (
        "Edit the fabric and enter it again, whole: a token without blanks or line breaks, "
        "certificate and key in PEM form, the key not encrypted and belonging to the certificate.",
    ),
    ErrorCode.CREDENTIAL_EXEC_REFUSED: (
        "Use a kubeconfig with a token or client certificate of its own (a service account's, for example), or "
        "have "
        "NetBox's administrator turn on the plugin setting allow_exec_credentials.",
    ),
    ErrorCode.KUBECONFIG_INVALID: (_KUBECONFIG,),
    ErrorCode.INTERNAL: (
        "This is a defect of the plugin. The log of the process that met it has the details; please report it.",
    ),
    ErrorCode.PROXY_FAILED: (
        "Correct the proxy-url in the kubeconfig, or have the proxy's administrator let NetBox's worker through.",
    ),
}

# The same for what befalls at a proxy; the facts are the proxy's. Where nothing else fits: _OF_A_PROXY.
_OF_A_PROXY = (
    "Check the proxy-url in the kubeconfig: `nc -vz {host} {port}` on the host of NetBox's worker must connect."
)
_AT_PROXY: tuple[tuple[str, str], ...] = (
    (
        " 407 ",
        "Correct the user name and password in the kubeconfig's proxy-url (percent-encoded), or have the proxy's "
        "administrator let NetBox's worker through.",
    ),
    (
        "the proxy: Tunnel",
        "Have the administrator of the proxy {netloc} allow connections from NetBox's worker to the API server, or "
        "take "
        "proxy-url out of the kubeconfig.",
    ),
    (
        "certificate verify failed",
        "Make sure that the kubeconfig's proxy-url names the proxy as its certificate does (`openssl s_client "
        "-connect {netloc} "
        "</dev/null | openssl x509 -noout -dates -ext subjectAltName`), and put the proxy's own CA certificate into "
        "certificate-authority-data, after the cluster's, or among those that the host of NetBox's worker trusts.",
    ),
    (
        "not TLS",
        "This proxy does not speak TLS: begin proxy-url in the kubeconfig with http://.",
    ),
)


def hint_for(code: ErrorCode, facts: Mapping[str, object]) -> str:
    """The next step for ``code``, with the ``facts`` of the case filled in; what would need another fact is not
    said.
    """
    known = _known(facts)
    return " ".join(filter(None, (_first(each, known) for each in _TEXTS[code])))


def proxy_hint_for(message: str, facts: Mapping[str, object]) -> str:
    """The next step for what a proxy said in ``message``; ``facts`` (host, port) are the proxy's."""
    text = next((hint for words, hint in _AT_PROXY if words in f"{message} "), _OF_A_PROXY)
    return text.format_map(_known(facts))


def _first(sentence: _Sentence, known: Mapping[str, str]) -> str:
    """The first way to say ``sentence`` whose facts are all ``known``, "" where there is none."""
    for each in (sentence,) if isinstance(sentence, str) else sentence:
        try:
            return each.format_map(known)
        except KeyError:
            continue
    return ""


def _known(facts: Mapping[str, object]) -> dict[str, str]:
    known = {name: str(value) for name, value in facts.items() if value not in (None, "")}
    if "host" in known and "port" in known:
        known["netloc"] = f"{in_url(known['host'])}:{known['port']}"
    return known
