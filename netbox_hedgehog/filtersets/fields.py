"""Filters that several filter sets share."""

import django_filters
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from utilities.filters import MultiValueCharFilter

from netbox_hedgehog.models import Fabric, Reference
from netbox_hedgehog.queries.kind_names import kinds_called

__all__ = (
    "STATES",
    "FabricFilters",
    "KindFilter",
    "LabelFilter",
    "NamedKindFilter",
    "ReferenceFilter",
    "StateFilter",
    "called",
    "of_kinds",
)

# NetBox adds negations and partial matches to filters on a column; these three are not one column's.
OWN = "own"

STATES = (("present", _("Present")), ("missing", _("Missing")))


class FabricFilters(django_filters.FilterSet):
    """``fabric_id`` and ``fabric`` (its name), each with several values, for rows that belong to a fabric."""

    fabric_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Fabric.objects.all(), distinct=False, label=_("Fabric (ID)")
    )
    fabric = django_filters.ModelMultipleChoiceFilter(
        field_name="fabric__name",
        queryset=Fabric.objects.all(),
        to_field_name="name",
        distinct=False,
        label=_("Fabric (name)"),
    )


class StateFilter(django_filters.MultipleChoiceFilter):
    """An object's state: ``present`` or ``missing``; both together are no restriction."""

    def __init__(self, **options):
        super().__init__(choices=STATES, lookup_expr=OWN, distinct=False, label=_("State"), **options)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        wanted = set(value or ())
        if len(wanted) != 1:
            return queryset
        return queryset.filter(missing_since__isnull=wanted == {"present"})


class KindFilter(MultiValueCharFilter):
    """The kind of an object of any kind that the plugin does not know, named as for kubectl."""

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        if not value or self.lookup_expr != "exact":  # NetBox makes negations and partial matches of it
            return super().filter(queryset, value)
        return self.get_method(queryset)(of_kinds(value))


class NamedKindFilter(MultiValueCharFilter):
    """The kind that a row names, itself named as for kubectl."""

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        return super().filter(queryset, called(value) if value and self.lookup_expr == "exact" else value)


def called(names: list[str]) -> list[str]:
    """``names``, and the kinds that are called so."""
    return sorted({*names, *(kind for _, kind in kinds_called(names))})


def of_kinds(names: list[str]) -> Q:
    """Whether an object of a kind that the plugin does not know is of a kind that one of ``names`` means."""
    condition = Q(kind__in=names)  # also where no cluster serves it any more
    for group, kind in kinds_called(names):
        condition |= Q(api_group=group, kind=kind)
    return condition


class LabelFilter(MultiValueCharFilter):
    """Kubernetes labels: ``key=value`` (equality) or ``key`` (it is there); several must all hold, as in kubectl."""

    def __init__(self, **options):
        super().__init__(lookup_expr=OWN, distinct=False, label=_("Label"), **options)

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        for term in value or ():
            key, equals, text = term.partition("=")
            # kubectl takes "==" for "=".
            text = text.removeprefix("=")
            condition = Q(labels__contains={key.strip(): text.strip()}) if equals else Q(labels__has_key=key.strip())
            queryset = queryset.filter(condition)
        return queryset


class ReferenceFilter(MultiValueCharFilter):
    """Objects of ``source`` that name, anywhere in their spec, an object of kind ``target`` called one of the values.

    References hold by natural key, so an object that names a target which does not exist is found as well.
    """

    def __init__(self, source: str, target: str, **options):
        super().__init__(lookup_expr=OWN, distinct=False, **options)
        self.source, self.target = source, target

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        named = Reference.objects.filter(
            fabric=OuterRef("fabric"),
            namespace=OuterRef("namespace"),
            source_kind=self.source,
            source_name=OuterRef("name"),
            target_kind=self.target,
            target_name__in=value,
        )
        # What names it is found first, and once. Of a join PostgreSQL would, where only one row is asked for, compare
        # object after object with every reference.
        found = queryset.model.objects.order_by().filter(Exists(named)).values("pk")
        return queryset.filter(_AnyOf(F("pk"), ArraySubquery(found)))


class _AnyOf(Func):
    """Whether the first expression is one of the second's array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()
