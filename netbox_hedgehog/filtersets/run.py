"""Filters of sync runs and of what they report."""

import django_filters
from core.models import Job
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from netbox.filtersets import BaseFilterSet
from utilities.filters import MultiValueCharFilter
from utilities.filtersets import register_filterset

from netbox_hedgehog.filtersets.fields import FabricFilters, NamedKindFilter, called
from netbox_hedgehog.models import (
    ChangeActionChoices,
    Fabric,
    Hold,
    ResourceChange,
    RunIssue,
    RunOperationChoices,
    RunStateChoices,
    RunTriggerChoices,
    SyncRun,
)
from netbox_hedgehog.queries.viewer import Viewer, viewer_of

__all__ = ("ResourceChangeFilterSet", "RunIssueFilterSet", "SyncRunFilterSet")

LONGEST_KEY = 20  # digits; Python refuses to read thousands of them


class RunStateFilter(django_filters.MultipleChoiceFilter):
    """By the state that is shown: a run whose worker is gone is lost, marked or not."""

    def filter(self, queryset: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        return queryset.not_in_states(value) if self.exclude else queryset.in_states(value)


@register_filterset
class SyncRunFilterSet(FabricFilters, BaseFilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search"))
    operation = django_filters.MultipleChoiceFilter(choices=RunOperationChoices, distinct=False)
    state = RunStateFilter(choices=RunStateChoices, distinct=False)
    trigger = django_filters.MultipleChoiceFilter(choices=RunTriggerChoices, distinct=False)
    requested_by_id = django_filters.ModelMultipleChoiceFilter(
        queryset=get_user_model().objects.all(), distinct=False, label=_("Requested by (user ID)")
    )
    requested_by = django_filters.ModelMultipleChoiceFilter(
        field_name="requested_by__username",
        queryset=get_user_model().objects.all(),
        to_field_name="username",
        distinct=False,
        label=_("Requested by (user name)"),
    )
    job_id = django_filters.ModelMultipleChoiceFilter(queryset=Job.objects.all(), distinct=False, label=_("Job (ID)"))
    held_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Hold.objects.all(), distinct=False, label=_("What it held (ID)")
    )
    let_through_id = django_filters.ModelMultipleChoiceFilter(
        queryset=Hold.objects.all(), distinct=False, label=_("What it let through (ID)")
    )
    active = django_filters.BooleanFilter(method="filter_active", label=_("Queued or running"))
    full = django_filters.BooleanFilter(method="filter_full", label=_("Reads the whole fabric"))
    kind = MultiValueCharFilter(method="filter_kind", label=_("Of this kind alone"))

    class Meta:
        model = SyncRun
        fields = (
            "id",
            "requester",
            "requests",
            "worker",
            "rq_worker",
            "error_code",
            "created",
            "started",
            "finished",
            "cancel_requested",
        )

    def filter_active(self, queryset, _name, value):
        states = RunStateChoices.ACTIVE
        return queryset.in_states(states) if value else queryset.not_in_states(states)

    def filter_kind(self, queryset, _name, value):
        # Of a kind that the user may not see it is not told whether it was synced.
        return queryset.filter(scope__kind__in=[kind for kind in called(value) if self._viewer.sees_some(kind)])

    def filter_full(self, queryset, _name, value):
        return queryset.reads().whole_fabric() if value else queryset.reads().part_of_fabric()

    def search(self, queryset, _name, value):
        text = value.strip()
        if not text:
            return queryset
        digits = text.removeprefix("#")
        number = Q(pk=int(digits)) if digits.isdecimal() and len(digits) < LONGEST_KEY else Q()
        message = Q(error_message__icontains=text) if self._viewer.sees_all else Q()
        return queryset.filter(
            number
            | message
            | Q(fabric__name__icontains=text)
            | Q(requester__icontains=text)
            | Q(worker__icontains=text)
            | Q(error_code__icontains=text)
        )

    @property
    def _viewer(self) -> Viewer:
        return viewer_of(self.request)


class OfRun(BaseFilterSet):
    """Rows of a run: which run, which fabric, which object."""

    q = django_filters.CharFilter(method="search", label=_("Search"))
    run_id = django_filters.ModelMultipleChoiceFilter(queryset=SyncRun.objects.all(), distinct=False, label=_("Run"))
    fabric_id = django_filters.ModelMultipleChoiceFilter(
        field_name="run__fabric", queryset=Fabric.objects.all(), distinct=False, label=_("Fabric (ID)")
    )
    kind = NamedKindFilter()
    namespace = MultiValueCharFilter()
    name = MultiValueCharFilter()

    searched = ("kind", "namespace", "name")

    def search(self, queryset, _name, value):
        for word in value.split():
            condition = Q()
            for column in self.searched:
                condition |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(condition)
        return queryset


@register_filterset
class RunIssueFilterSet(OfRun):
    searched = ("kind", "namespace", "name", "code", "message", "hint")

    class Meta:
        model = RunIssue
        fields = ("id", "api_group", "code", "message", "hint")


@register_filterset
class ResourceChangeFilterSet(OfRun):
    action = django_filters.MultipleChoiceFilter(choices=ChangeActionChoices, distinct=False)

    class Meta:
        model = ResourceChange
        fields = ("id", "object_id", "api_group", "time", "fields_left_out")
