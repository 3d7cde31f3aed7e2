"""Global search: fabrics and the objects of every kind."""

from netbox.search import SearchIndex

from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.filtersets import computed_columns
from netbox_hedgehog.models import Fabric, HedgehogObject, kind_models

__all__ = ("indexes",)

NAME, ADDRESS, TEXT, LONG = 100, 300, 500, 5000
# What people look for beside names. Each costs a row an object in the search cache, so references and types stay out.
WORDS = ("description", "display_name")
ADDRESSES = ("ip", "protocol_ip", "vtep_ip", "cidr_block", "asn")


class FabricIndex(SearchIndex):
    model = Fabric
    fields = (("name", NAME), ("api_url", TEXT), ("description", TEXT), ("comments", LONG))
    display_attrs = ("site", "tenant", "description")


def _index(model: type[HedgehogObject]) -> type[SearchIndex]:
    columns = computed_columns(model)
    weights = {**dict.fromkeys(ADDRESSES, ADDRESS), **dict.fromkeys(WORDS, TEXT)}
    fields = (("name", NAME), *((name, weights[name]) for name in columns if name in weights))
    shown = ("fabric", *(name for name in WORDS if name in columns))
    name = f"{model.__name__}Index"
    return bind(make_class(__name__, name, SearchIndex, model=model, fields=fields, display_attrs=shown))


indexes = [FabricIndex, *map(_index, kind_models())]
