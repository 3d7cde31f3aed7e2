"""Finding the fabric that a subcommand is about."""

from argparse import ArgumentParser

from netbox_hedgehog.management.hedgehog_sync.options import text
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Stop
from netbox_hedgehog.models import Fabric

__all__ = ("fabric_argument", "named")


def fabric_argument(parser: ArgumentParser, optional: bool = False) -> None:
    """The positional argument FABRIC."""
    many = {"nargs": "?"} if optional else {}
    parser.add_argument("fabric", type=text, metavar="FABRIC", help="name of the fabric", **many)


def named(name: str) -> Fabric:
    """The fabric called ``name``; raises Stop that lists what there is."""
    if fabric := Fabric.objects.filter(name=name).first():
        return fabric
    names = list(Fabric.objects.values_list("name", flat=True)[:20])
    hint = f"Fabrics: {', '.join(names)}" if names else "There is none yet; netbox hedgehog_sync add NAME ... adds one."
    raise Stop(Exit.USAGE, f"There is no fabric called {name}.", hint, code="unknown_fabric")
