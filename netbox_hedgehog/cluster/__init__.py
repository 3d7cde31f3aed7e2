"""Talks to one Kubernetes API server: credentials, HTTP, requests, and errors told apart. No Django."""

from netbox_hedgehog.cluster.auth.allowed_networks import Network, parse_networks
from netbox_hedgehog.cluster.auth.credentials import ClientCertificate, Combined, Credential, Token, TokenFile
from netbox_hedgehog.cluster.auth.exec_plugin import ExecPlugin
from netbox_hedgehog.cluster.auth.impersonation import Impersonation
from netbox_hedgehog.cluster.auth.in_cluster import in_cluster
from netbox_hedgehog.cluster.auth.kubeconfig import minified, parse_kubeconfig, read_kubeconfig
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.client import Cluster
from netbox_hedgehog.cluster.connection_check import Check, Step, check
from netbox_hedgehog.cluster.errors.cluster_error import Cause, ClusterError, unexpected
from netbox_hedgehog.cluster.errors.codes import ErrorCode
from netbox_hedgehog.cluster.verbs.api_resource import ApiResource
from netbox_hedgehog.cluster.verbs.discovering import Discovery, DiscoveryProblem
from netbox_hedgehog.cluster.verbs.listing import Page
from netbox_hedgehog.cluster.verbs.server_version import Version
from netbox_hedgehog.cluster.verbs.watching import Event, EventType, Watch

__all__ = (
    "ApiResource",
    "Cause",
    "Check",
    "ClientCertificate",
    "Cluster",
    "ClusterError",
    "Combined",
    "Credential",
    "Discovery",
    "DiscoveryProblem",
    "ErrorCode",
    "Event",
    "EventType",
    "ExecPlugin",
    "Impersonation",
    "Network",
    "Page",
    "Step",
    "Target",
    "Token",
    "TokenFile",
    "Version",
    "Watch",
    "check",
    "in_cluster",
    "minified",
    "parse_kubeconfig",
    "parse_networks",
    "read_kubeconfig",
    "unexpected",
)
