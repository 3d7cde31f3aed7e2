"""As little of a Kubernetes API as the client's own tests need; the practice server has all of it."""

from urllib.parse import parse_qs, urlsplit

from tests.pure.cluster.servers import Reply, Seen, status

GROUP = "vpc.githedgehog.com"
VERBS = ["get", "list", "watch"]
NOT_FOUND = Reply(404, "404 page not found\n", type="text/plain; charset=utf-8")


def vpc(name: str) -> dict:
    metadata = {"name": name, "namespace": "default", "uid": f"uid-{name}", "resourceVersion": "7"}
    return {"apiVersion": f"{GROUP}/v1beta1", "kind": "VPC", "metadata": metadata, "spec": {"mode": "l2vni"}}


def served(resource: str, kind: str) -> dict:
    return {"resource": resource, "responseKind": {"kind": kind}, "scope": "Namespaced", "verbs": VERBS}


def aggregated(*groups: dict) -> Reply:
    body = {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": groups}
    return Reply(body=body)


def group(name: str, *resources: dict, version: str = "v1beta1", freshness: str = "Current") -> dict:
    versions = [{"version": version, "resources": list(resources), "freshness": freshness}]
    return {"metadata": {"name": name}, "versions": versions}


class Api:
    """Answers as an API server with some VPCs does. PATHS maps a path to another answer."""

    def __init__(self, names: list[str] | None = None, token: str | None = None, paths: dict | None = None) -> None:
        self.names = ["vpc-1", "vpc-2", "vpc-3"] if names is None else names
        self.token = token
        self.paths = paths or {}

    def __call__(self, seen: Seen) -> Reply:
        url = urlsplit(seen.path)
        if self.token and seen.headers.get("Authorization") != f"Bearer {self.token}":
            return status(401, "Unauthorized", "Unauthorized")
        if url.path in self.paths:
            other = self.paths[url.path]
            return other(seen) if callable(other) else other
        if url.path == "/version":
            return Reply(body={"major": "1", "minor": "36", "gitVersion": "v1.36.2", "platform": "linux/amd64"})
        if url.path == "/apis":
            return aggregated(group(GROUP, served("vpcs", "VPC")), group("apps", served("deployments", "Deployment")))
        if url.path == f"/apis/{GROUP}/v1beta1/vpcs":
            return self.listed(parse_qs(url.query))
        if url.path == "/apis/authentication.k8s.io/v1/selfsubjectreviews":
            return Reply(201, {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": "netbox"}}})
        return NOT_FOUND

    def listed(self, query: dict) -> Reply:
        limit = int(query.get("limit", ["0"])[0]) or len(self.names)
        start = int(query.get("continue", ["0"])[0])
        metadata = {"resourceVersion": "100", "continue": ""}
        if start + limit < len(self.names):
            metadata |= {"continue": str(start + limit), "remainingItemCount": len(self.names) - start - limit}
        items = [vpc(name) for name in self.names[start : start + limit]]
        return Reply(body={"kind": "VPCList", "apiVersion": f"{GROUP}/v1beta1", "metadata": metadata, "items": items})
