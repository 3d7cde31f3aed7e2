"""agent.githedgehog.com: the settings inside an Agent's spec, credentials among them."""

from netbox_hedgehog.kinds.common import BOOLEAN, INT32, INTEGER, TEXT
from netbox_hedgehog.kinds.types import Field, List, Map, Object

__all__ = ("ALLOY", "CONFIG", "USER", "VERSION")

_BASIC_AUTH = Object(Field("username", TEXT, secret=True), Field("password", TEXT, secret=True))


def _target(*more: Field) -> Object:
    """Somewhere that metrics or logs are sent to, with what it takes to log in there."""
    return Object(
        Field("url", TEXT, "Where it is sent.", login=True),
        Field("basicAuth", _BASIC_AUTH, "Login.", secret=True),
        Field("bearerToken", TEXT, "Token.", secret=True),
        Field("certPEM", TEXT, "Certificate and key.", secret=True),
        Field("caPEM", TEXT, "Certificate authority of the target.", secret=True),
        Field("insecureSkipVerify", BOOLEAN, "Whether its certificate goes unchecked."),
        Field("labels", Map(TEXT), "Labels put on everything that is sent."),
        *more,
    )


_INTERVAL = Field("sendIntervalSeconds", INTEGER, "Seconds between two sendings.")
_BY_PROXY = Field("useControlProxy", BOOLEAN, "Whether it is sent through the control node.")
_LOG_TARGET = _target()
_METRIC_TARGET = _target(_INTERVAL)

# The older form; newer fabrics use config.alloy.
ALLOY = Object(
    Field("agentScrapeIntervalSeconds", INTEGER, "Seconds between readings of the agent."),
    Field("collectSyslogEnabled", BOOLEAN, "Whether the system log is sent."),
    Field("controlProxyURL", TEXT, "Proxy on the control node.", login=True),
    Field("lokiTargets", Map(_target(_BY_PROXY)), "Where logs go."),
    Field("prometheusTargets", Map(_target(_INTERVAL, _BY_PROXY)), "Where metrics go."),
    Field("unixExporterCollectors", List(TEXT), "System metrics that are collected."),
    Field("unixExporterEnabled", BOOLEAN, "Whether system metrics are collected."),
    Field("unixScrapeIntervalSeconds", INTEGER, "Seconds between readings of the system."),
)

_RELABEL = Object(
    Field("sourceLabels", List(TEXT)),
    Field("separator", TEXT),
    Field("targetLabel", TEXT),
    Field("regex", TEXT),
    Field("replacement", TEXT),
    Field("action", TEXT),
)

_SCRAPE = Object(
    Field("address", TEXT, "Where metrics are read from.", login=True),
    Field("intervalSeconds", INTEGER, "Seconds between readings."),
    Field("relabel", List(_RELABEL), "How labels are rewritten."),
    Field("self", Object(Field("enable", BOOLEAN)), "Metrics of the collector itself."),
    Field("unix", Object(Field("enable", BOOLEAN), Field("collectors", List(TEXT))), "Metrics of the system."),
)

_ALLOY = Object(
    Field("hostname", TEXT, "Name under which the switch reports."),
    Field("autoHostname", BOOLEAN, "Whether it finds its name itself."),
    Field("proxyURL", TEXT, "Proxy that everything is sent through.", login=True),
    Field("scrapes", Map(_SCRAPE), "What is read."),
    Field(
        "logFiles",
        Map(
            Object(
                Field(
                    "pathTargets",
                    List(Object(Field("path", TEXT, "Files."), Field("pathExclude", TEXT, "Files left out."))),
                    "Where they lie.",
                ),
            ),
        ),
        "Log files that are sent.",
    ),
    Field("kube", Object(Field("podLogs", BOOLEAN), Field("events", BOOLEAN)), "What is sent of Kubernetes."),
    Field(
        "pyroscope",
        Object(Field("enable", BOOLEAN), Field("address", TEXT), Field("port", INTEGER)),
        "Profiling.",
    ),
    Field(
        "targets",
        Object(
            Field("prometheus", Map(_METRIC_TARGET), "Where metrics go."),
            Field("loki", Map(_LOG_TARGET), "Where logs go."),
            Field("pyroscope", Map(_LOG_TARGET), "Where profiles go."),
        ),
        "Where it is sent.",
    ),
)

CONFIG = Object(
    Field("deploymentID", TEXT, "The fabric's own ID; switches tell it to their neighbours."),
    Field("alloy", _ALLOY, "Metrics and logs."),
    Field("controlVIP", TEXT, "Address of the control node."),
    Field("fabricMTU", INTEGER, "Largest packet between switches in bytes."),
    Field("serverFacingMTUOffset", INTEGER, "How many bytes less servers may use."),
    Field("fabricSubnet", TEXT, "Addresses of links between switches."),
    Field("protocolSubnet", TEXT, "Loopback addresses."),
    Field("vtepSubnet", TEXT, "VTEP addresses."),
    Field("vpcLoopbackSubnet", TEXT, "Addresses of VPC loopbacks."),
    Field("mclagSessionSubnet", TEXT, "Addresses of MCLAG sessions."),
    Field("proxyExternalSubnet", TEXT, "Addresses for externals without one of their own."),
    Field("spineASN", INT32, "AS number of the spines."),
    Field("gatewayASN", INT32, "AS number of the gateways."),
    Field("baseVPCCommunity", TEXT, "First BGP community of VPCs."),
    Field("gatewayCommunities", Map(TEXT), "BGP communities of gateways by rank."),
    Field("defaultMaxPathsEBGP", INT32, "Most equal BGP paths."),
    Field("eslagMACBase", TEXT, "First MAC address of ESLAG groups."),
    Field("eslagESIPrefix", TEXT, "Prefix of ESLAG segment identifiers."),
    Field("disableBFD", BOOLEAN, "Whether BFD is off."),
    Field("gatewayBFD", BOOLEAN, "Whether BFD is on towards gateways."),
    Field("loopbackWorkaround", BOOLEAN, "Whether VPCs peer through loopback cables."),
    Field("vpcPeeringDisabled", BOOLEAN, "Whether VPC peerings are refused."),
    Field("spineLeaf", Object(), "Present in spine-leaf fabrics."),
)

USER = Object(
    Field("name", TEXT, "Login name."),
    Field("role", TEXT, "admin or operator."),
    Field("password", TEXT, "Hash of the password.", secret=True),
    Field("sshKeys", List(TEXT), "Keys that may log in.", secret=True),
)

VERSION = Object(
    Field("default", TEXT, "Agent's version that the fabric asks for."),
    Field("override", TEXT, "Version for this switch alone."),
    Field("repo", TEXT, "Registry that the agent is fetched from."),
    Field("alloyRepo", TEXT, "Registry that the collector is fetched from."),
    Field("alloyVersion", TEXT, "Collector's version."),
    Field("username", TEXT, "Registry login.", secret=True),
    Field("password", TEXT, "Registry password.", secret=True),
    Field("ca", TEXT, "Registry's certificate authority.", secret=True),
)
