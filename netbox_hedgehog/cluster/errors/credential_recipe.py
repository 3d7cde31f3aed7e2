"""How a cluster's administrator makes the credential that NetBox needs, and nothing more: the one recipe.

The fabric's form and page, the hints of errors, docs/security.md and the tests all take it from here.
"""

from netbox_hedgehog import kinds
from netbox_hedgehog.kinds.texts import gettext_noop

__all__ = (
    "ACCOUNT",
    "ADDRESS_COMMAND",
    "CA_COMMAND",
    "MANIFEST",
    "NAMESPACE",
    "RENEW_COMMAND",
    "STEPS",
    "TOKEN_COMMAND",
)

ACCOUNT, NAMESPACE, ROLE, SECRET = "netbox-hedgehog", "default", "netbox-hedgehog-reader", "netbox-hedgehog-token"

APPLY_COMMAND = "kubectl apply -f netbox-hedgehog.yaml"
_SECRET = f"kubectl -n {NAMESPACE} get secret {SECRET}"
TOKEN_COMMAND = f"{_SECRET} -o jsonpath='{{.data.token}}' | base64 -d"
RENEW_COMMAND = f"kubectl create token {ACCOUNT} -n {NAMESPACE} --duration=8760h"  # where a token shall have an end
CA_COMMAND = f"{_SECRET} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d"
ADDRESS_COMMAND = "kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'"

# What to do, each with the command that does it, on the fabric's control node.
STEPS = (
    (
        gettext_noop(
            "Save the manifest below as netbox-hedgehog.yaml and apply it. It makes a service account that may read "
            "the Hedgehog kinds and nothing else."
        ),
        APPLY_COMMAND,
    ),
    (gettext_noop("Read its token."), TOKEN_COMMAND),
    (gettext_noop("Read the certificate authority."), CA_COMMAND),
    (
        gettext_noop(
            "Read the address of the API. An address of the control node itself (127.0.0.1) has to be replaced by its "
            "own."
        ),
        ADDRESS_COMMAND,
    ),
)


def _manifest() -> str:
    groups = "\n".join(f"      - {group}" for group in sorted({kind.group for kind in kinds.KINDS}))
    return f"""\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {ACCOUNT}
  namespace: {NAMESPACE}
---
apiVersion: v1
kind: Secret
metadata:
  name: {SECRET}
  namespace: {NAMESPACE}
  annotations:
    kubernetes.io/service-account.name: {ACCOUNT}
type: kubernetes.io/service-account-token
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {ROLE}
rules:
  - apiGroups:
{groups}
    resources: ["*"]
    verbs: ["get", "list", "watch"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {ROLE}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {ROLE}
subjects:
  - kind: ServiceAccount
    name: {ACCOUNT}
    namespace: {NAMESPACE}
"""


MANIFEST = _manifest()
