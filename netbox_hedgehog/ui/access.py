"""The least that the plugin needs on a cluster, as manifests to apply."""

from netbox_hedgehog import kinds

__all__ = ("MANIFEST",)


def _manifest() -> str:
    groups = "\n".join(f"      - {group}" for group in sorted({kind.group for kind in kinds.KINDS}))
    return f"""\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: netbox-hedgehog
  namespace: default
---
apiVersion: v1
kind: Secret
metadata:
  name: netbox-hedgehog-token
  namespace: default
  annotations:
    kubernetes.io/service-account.name: netbox-hedgehog
type: kubernetes.io/service-account-token
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: netbox-hedgehog-reader
rules:
  - apiGroups:
{groups}
    resources: ["*"]
    verbs: ["get", "list", "watch"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: netbox-hedgehog-reader
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: netbox-hedgehog-reader
subjects:
  - kind: ServiceAccount
    name: netbox-hedgehog
    namespace: default
"""


MANIFEST = _manifest()
