import pytest

from netbox_hedgehog.cluster import Target, Token
from tests.pure.cluster.certificates import Authority, server_context
from tests.pure.cluster.servers import Server

TOKEN = "s3cret-token"


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def https(authority, tmp_path):
    """Starts an HTTPS server that answers with what it is given; ends it after the test."""
    started = []

    def start(answer, pair=None, clients=None):
        context = server_context(pair or authority.issue(), tmp_path, clients)
        started.append(Server(answer, context).__enter__())
        return started[-1]

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def target_of(authority):
    """The target that a server is, with the right CA and a token, and whatever else is given."""

    def make(server, **options):
        return Target(server.url, **{"ca_pem": authority.pem, "credential": Token(TOKEN)} | options)

    return make
