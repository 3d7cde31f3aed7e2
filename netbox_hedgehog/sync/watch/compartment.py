"""What goes wrong in one fabric's part of the watcher stays in it, whatever it is.

A stream is a compartment in its fabric, a fabric's watch is one in the process. What breaks in a compartment ends that
one, which gives back what it held and is begun again later; a compartment that cannot even be ended takes the next
larger one with it.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from netbox_hedgehog.cluster import ClusterError

__all__ = ("contained",)

logger = logging.getLogger("netbox_hedgehog.watch")


@contextmanager
def contained(
    what: str,
    broken: Callable[[BaseException], object] | None = None,
    *,
    but: tuple[type[BaseException], ...] = (),
) -> Iterator[None]:
    """Let no exception out of the block, of whatever type: threads that all fabrics share run it.

    Args:
        what: Names the compartment in the log, which gets the traceback.
        broken: Called with the exception, to end the compartment. What goes wrong in it is logged too, and ends there.
        but: Types of what concerns more than this compartment: it is let through.
    """
    passes: tuple[type[BaseException], ...] = (KeyboardInterrupt, *but)
    try:
        yield
    except passes:
        raise
    except ClusterError as error:
        logger.warning("%s: %s: %s", what, error.code.value, error.message)
        _end(what, broken, error)
    except BaseException as error:
        # BaseException: a panic in Rust code of a library and a plugin's sys.exit() are none of Exception's.
        logger.exception("%s broke", what)
        _end(what, broken, error)


def _end(what: str, broken: Callable[[BaseException], object] | None, error: BaseException) -> None:
    if broken is None:
        return
    try:
        broken(error)
    except BaseException:
        logger.exception("%s broke again at its end", what)
