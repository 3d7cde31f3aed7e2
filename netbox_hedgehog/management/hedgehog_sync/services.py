"""What a subcommand says where NetBox's own services, PostgreSQL and Redis, do not answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from netbox_hedgehog.management.hedgehog_sync.output import Exit, Stop
from netbox_hedgehog.run_code import RunCode

__all__ = ("service_errors",)

DATABASE = "See that PostgreSQL runs and accepts connections, then repeat the command. Runs that are under way go on."
REDIS = "Check NetBox's REDIS setting and that Redis runs, then repeat the command."


@contextmanager
def service_errors() -> Iterator[None]:
    """Raise Stop, in one sentence, where a subcommand meets a service that is away, starts or recovers."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise Stop(
            Exit.FAILED, f"NetBox's database does not answer: {_words(error)}", DATABASE, RunCode.DATABASE
        ) from error
    except RedisError as error:
        raise Stop(Exit.FAILED, f"Redis cannot be reached: {_words(error)}", REDIS, "redis") from error


def _words(error: Exception) -> str:
    """What the service or its client said, in one line: of several tries, the last one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "FATAL" in line or "failed" in line] or lines or [type(error).__name__]
    return told[0].removeprefix("connection failed: ").rstrip(".") + "."
