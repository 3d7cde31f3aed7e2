"""Every key of a kubeconfig, and how the plugin treats it: it is heeded, refused for a reason, or has no meaning here.

The keys are those of client-go's types (``tools/clientcmd/api/v1``). ``kubeconfig_entry`` checks each key's form and
refuses what is to be refused; docs/kubeconfig.md shows this table.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

__all__ = ("KEYS", "Form", "Key", "Treatment")


class Treatment(StrEnum):
    HEEDED = "heeded"
    REFUSED = "refused"
    MEANINGLESS = "without meaning here"


class Form(StrEnum):
    """What client-go's type of a key accepts, in the words of the error message."""

    TEXT = "a text; put it in quotes"
    FLAG = "true or false, without quotes"
    TEXTS = "a list of texts"
    TEXTS_BY_NAME = "a mapping of lists of texts"
    TEXT_BY_NAME = "a mapping of texts"
    MAPPING = "a mapping"
    LIST = "a list of mappings"
    ANYTHING = "anything"


class Key(NamedTuple):
    """A key of a kubeconfig.

    Attributes:
        name: The key.
        form: What client-go accepts as its value.
        treatment: What the plugin does with it.
        words: What a heeded key does, why a refused one is refused, why the others have no meaning.
    """

    name: str
    form: Form
    treatment: Treatment
    words: str

    def fits(self, value: Any) -> bool:
        """Whether client-go could read the value; null is accepted for every key."""
        return value is None or _FITS[self.form](value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


_FITS: Mapping[Form, Callable[[Any], bool]] = {
    Form.TEXT: lambda value: isinstance(value, str),
    Form.FLAG: lambda value: isinstance(value, bool),
    Form.TEXTS: _texts,
    Form.TEXTS_BY_NAME: lambda value: isinstance(value, dict) and all(map(_texts, value.values())),
    Form.TEXT_BY_NAME: lambda value: isinstance(value, dict) and _texts(list(value.values())),
    Form.MAPPING: lambda value: isinstance(value, dict),
    Form.LIST: lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
    Form.ANYTHING: lambda _: True,
}


def _heeded(name: str, form: Form, words: str) -> Key:
    return Key(name, form, Treatment.HEEDED, words)


def _meaningless(name: str, form: Form, words: str) -> Key:
    return Key(name, form, Treatment.MEANINGLESS, words)


def _refused(name: str, form: Form, words: str) -> Key:
    return Key(name, form, Treatment.REFUSED, words)


_PASTED = "In a pasted kubeconfig refused: pasted text must not choose what is read on the server."
_BESIDE = "A relative path is looked for beside the kubeconfig."
_KEPT_BY_PROGRAMS = "Notes of other programs (minikube, for example)."

CONFIG = (
    _heeded("apiVersion", Form.TEXT, "v1, or left out; anything else is refused."),
    _heeded("kind", Form.TEXT, "Config, or left out; anything else is refused."),
    _meaningless("preferences", Form.MAPPING, "How kubectl prints; see Preferences."),
    _heeded("clusters", Form.LIST, "The one that the context names. Two of the same name are refused."),
    _heeded("users", Form.LIST, "The one that the context names. Two of the same name are refused."),
    _heeded("contexts", Form.LIST, "The current one, or the one that was asked for. Two of the same name are refused."),
    _heeded("current-context", Form.TEXT, "Where it is left out, the only context there is."),
    _meaningless("extensions", Form.LIST, _KEPT_BY_PROGRAMS),
)
PREFERENCES = (
    _meaningless("colors", Form.FLAG, "How kubectl prints."),
    _meaningless("extensions", Form.LIST, _KEPT_BY_PROGRAMS),
)
CLUSTER = (
    _heeded("server", Form.TEXT, "The API's address. http:// is taken for this host itself (loopback) alone."),
    _heeded(
        "tls-server-name", Form.TEXT, "The name that the server's certificate must be for, and that is sent as SNI."
    ),
    _heeded(
        "insecure-skip-tls-verify",
        Form.FLAG,
        "No certificate is checked, and the connection test says so. With a CA: refused.",
    ),
    _heeded("certificate-authority", Form.TEXT, f"A PEM file with one or more CA certificates. {_BESIDE} {_PASTED}"),
    _heeded(
        "certificate-authority-data",
        Form.TEXT,
        "The same in base64. Text around the certificates is skipped. Beside certificate-authority refused, as by "
        "kubectl.",
    ),
    _heeded(
        "proxy-url",
        Form.TEXT,
        "An http:// or https:// proxy; user name and password percent-encoded, sent as UTF-8. An https:// proxy's "
        "own certificate "
        "may be signed by a CA of certificate-authority(-data) or of the host. socks5:// is refused, and so is a "
        "proxy before an "
        "http:// server.",
    ),
    _heeded("disable-compression", Form.FLAG, "Answers come unpacked."),
    _heeded(
        "extensions",
        Form.LIST,
        "client.authentication.k8s.io/exec is told to the exec program where provideClusterInfo is true; others are "
        "notes of "
        "other programs.",
    ),
)
USER = (
    _heeded(
        "client-certificate", Form.TEXT, f"A PEM file, sent when TLS starts, also beside a token. {_BESIDE} {_PASTED}"
    ),
    _heeded(
        "client-certificate-data", Form.TEXT, "The same in base64. Beside client-certificate refused, as by kubectl."
    ),
    _heeded("client-key", Form.TEXT, f"A PEM file with the certificate's key, not encrypted. {_BESIDE} {_PASTED}"),
    _heeded("client-key-data", Form.TEXT, "The same in base64. Beside client-key refused, as by kubectl."),
    _heeded("token", Form.TEXT, "Sent as bearer token, also beside a client certificate."),
    _heeded(
        "tokenFile",
        Form.TEXT,
        f"Read in place of token, and again after a 401; token stands in while it cannot be read. {_BESIDE} {_PASTED}",
    ),
    _heeded("as", Form.TEXT, "Sent as Impersonate-User."),
    _heeded("as-uid", Form.TEXT, "Sent as Impersonate-Uid. Without as refused."),
    _heeded("as-groups", Form.TEXTS, "Each sent as Impersonate-Group. Without as refused."),
    _heeded("as-user-extra", Form.TEXTS_BY_NAME, "Each sent as Impersonate-Extra-NAME. Without as refused."),
    _refused("username", Form.TEXT, "Kubernetes no longer takes a user name and password."),
    _refused("password", Form.TEXT, "Kubernetes no longer takes a user name and password."),
    _refused(
        "auth-provider",
        Form.MAPPING,
        "Built into kubectl (Kubernetes removed most of them in version 1.26) and not known here.",
    ),
    _heeded(
        "exec",
        Form.MAPPING,
        "Run for a token or client certificate, where allow_exec_credentials is on; else refused. Beside a token or "
        "client "
        "certificate it is never run, as by kubectl.",
    ),
    _meaningless("extensions", Form.LIST, _KEPT_BY_PROGRAMS),
)
AUTH_PROVIDER = (
    _refused("name", Form.TEXT, "See auth-provider."),
    _refused("config", Form.TEXT_BY_NAME, "See auth-provider."),
)
EXEC = (
    _heeded(
        "command",
        Form.TEXT,
        "Looked for on the PATH; a relative path with a slash in it is looked for beside the kubeconfig, and "
        "refused in a pasted one.",
    ),
    _heeded("args", Form.TEXTS, "The program's arguments; no shell is involved."),
    _heeded("env", Form.LIST, "Added to the environment of NetBox's worker."),
    _heeded("apiVersion", Form.TEXT, "client.authentication.k8s.io/v1 or v1beta1; anything else is refused."),
    _heeded("installHint", Form.TEXT, "Shown where the program is not there."),
    _heeded("provideClusterInfo", Form.FLAG, "The program is told of the cluster, with its CA."),
    _heeded(
        "interactiveMode",
        Form.TEXT,
        "Never, or IfAvailable (also where it is left out): nobody is there. Always is refused.",
    ),
)
EXEC_ENV = (
    _heeded("name", Form.TEXT, "The variable's name."),
    _heeded("value", Form.TEXT, "The variable's value."),
)
CONTEXT = (
    _heeded("cluster", Form.TEXT, "Which of the clusters."),
    _heeded("user", Form.TEXT, "Which of the users. Where it is left out, nobody."),
    _meaningless(
        "namespace", Form.TEXT, "The default of kubectl's -n. The fabric's own setting says which namespaces are read."
    ),
    _meaningless("extensions", Form.LIST, _KEPT_BY_PROGRAMS),
)
EXTENSION = (
    _heeded("name", Form.TEXT, "Which extension it is; see Cluster, extensions."),
    _heeded("extension", Form.ANYTHING, "What is told to the exec program as spec.cluster.config."),
)

# By the name of client-go's type.
KEYS: Mapping[str, tuple[Key, ...]] = {
    "Config": CONFIG,
    "Preferences": PREFERENCES,
    "NamedCluster": (
        _heeded("name", Form.TEXT, "What a context calls it."),
        _heeded("cluster", Form.MAPPING, "See Cluster."),
    ),
    "Cluster": CLUSTER,
    "NamedAuthInfo": (
        _heeded("name", Form.TEXT, "What a context calls it."),
        _heeded("user", Form.MAPPING, "See AuthInfo."),
    ),
    "AuthInfo": USER,
    "AuthProviderConfig": AUTH_PROVIDER,
    "ExecConfig": EXEC,
    "ExecEnvVar": EXEC_ENV,
    "NamedContext": (
        _heeded("name", Form.TEXT, "What current-context calls it."),
        _heeded("context", Form.MAPPING, "See Context."),
    ),
    "Context": CONTEXT,
    "NamedExtension": EXTENSION,
}
