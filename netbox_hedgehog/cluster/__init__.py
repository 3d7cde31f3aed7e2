"""One Kubernetes API server: where it is, as whom to speak to it, what to ask, and what went wrong. No Django."""

from netbox_hedgehog.cluster.check import Check, Step, check
from netbox_hedgehog.cluster.client import Cluster
from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.credentials import ClientCertificate, Combined, Credential, Token, TokenFile
from netbox_hedgehog.cluster.discovery import Discovery, Problem
from netbox_hedgehog.cluster.errors import Cause, ClusterError, unexpected
from netbox_hedgehog.cluster.exec import ExecPlugin
from netbox_hedgehog.cluster.impersonation import Impersonation
from netbox_hedgehog.cluster.incluster import in_cluster
from netbox_hedgehog.cluster.kubeconfig import minified, parse_kubeconfig, read_kubeconfig
from netbox_hedgehog.cluster.list import Page
from netbox_hedgehog.cluster.reach import Network, networks
from netbox_hedgehog.cluster.resource import Resource
from netbox_hedgehog.cluster.target import Target
from netbox_hedgehog.cluster.version import Version
from netbox_hedgehog.cluster.watch import Event, EventType, Watch

__all__ = (
    "Cause",
    "Check",
    "ClientCertificate",
    "Cluster",
    "ClusterError",
    "Combined",
    "Credential",
    "Discovery",
    "ErrorCode",
    "Event",
    "EventType",
    "ExecPlugin",
    "Impersonation",
    "Network",
    "Page",
    "Problem",
    "Resource",
    "Step",
    "Target",
    "Token",
    "TokenFile",
    "Version",
    "Watch",
    "check",
    "in_cluster",
    "minified",
    "networks",
    "parse_kubeconfig",
    "read_kubeconfig",
    "unexpected",
)
