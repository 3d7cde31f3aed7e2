"""Where PostgreSQL or Redis does not answer, each subcommand says so in a plain sentence and fails."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from redis.exceptions import ConnectionError as RedisAway

from netbox_hedgehog.management.hedgehog_sync import SUBCOMMANDS
from netbox_hedgehog.sync.queue import timer
from tests.builders import KUBECONFIG, fabric

pytestmark = pytest.mark.django_db
RECOVERS = (
    'connection to server at "127.0.0.1", port 5432 failed: '
    "FATAL:  the database system is not yet accepting connections\n"
    "DETAIL:  Consistent recovery state has not been yet reached."
)


def arguments(subcommand, tmp_path):
    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG)
    return {
        "status": [],
        "schedule": [],
        "bootstrap": [],
        "rotate-keys": [],
        "add": ["lab", "--kubeconfig", str(file)],
    }.get(subcommand, ["lab"])


@pytest.mark.parametrize("error", [OperationalError(RECOVERS), InterfaceError("connection already closed")])
@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_database_that_recovers_is_one_sentence_and_a_failure(hedgehog_sync, subcommand, tmp_path, error):
    def recovers(*_arguments):
        raise error

    words = arguments(subcommand, tmp_path)
    with connection.execute_wrapper(recovers):
        answer = hedgehog_sync(subcommand, *words)
        document = hedgehog_sync(subcommand, *words, "--json")
    assert (answer.status, document.status) == (1, 1)
    assert answer.err.startswith("NetBox's database does not answer: ")
    assert "Traceback" not in answer.err
    assert "PostgreSQL" in answer.err  # what to do
    said = document.json["error"]
    assert said["code"] == "database"
    assert said["hint"]
    if isinstance(error, OperationalError):
        assert "not yet accepting connections" in said["message"]
        assert "\n" not in said["message"]


@pytest.mark.parametrize("subcommand", ["bootstrap"])
def test_redis_that_is_away_is_one_sentence_and_a_failure(hedgehog_sync, monkeypatch, subcommand):
    def away(*_arguments):
        raise RedisAway("Error 111 connecting to 127.0.0.1:6379. Connection refused.")

    fabric("lab")
    monkeypatch.setattr(timer, "close_broken", away)
    monkeypatch.setattr("netbox_hedgehog.jobs.fabric_sync.close_broken", away)
    answer = hedgehog_sync(subcommand)
    assert answer.status == 1
    assert answer.err.startswith("Redis cannot be reached: Error 111")
