"""The four facts of a fabric in GraphQL."""

from datetime import datetime

import strawberry
from strawberry.types import Info

from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.facts import Facts, facts_for

__all__ = ("FactType", "facts_seen")


@strawberry.type(name="HedgehogFact")
class FactType:
    """One fact: a fixed word, the word with its age, since when, and what more there is to say."""

    value: str
    label: str
    at: datetime | None
    detail: str


def facts_seen(info: Info, fabric: Fabric) -> Facts:
    """The facts of FABRIC; those of all fabrics that the user may see are computed together, once a request."""
    request = info.context.request
    if not hasattr(request, "hedgehog_facts"):
        request.hedgehog_facts = facts_for(Fabric.objects.restrict(request.user, "view"))
    return request.hedgehog_facts[fabric.pk]
