"""All faces of a fabric and its objects, each asked for, with what went wrong told by its address."""

from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.urls import reverse
from graphql import get_named_type, is_leaf_type
from netbox.graphql.schema import schema
from utilities.views import get_viewname

from netbox_hedgehog.models import Fabric, HedgehogObject

__all__ = ("show_everything", "show_object")


def show_everything(browser: Client, fabric: Fabric, rows: Iterable[HedgehogObject]) -> int:
    """Ask every face for FABRIC and ROWS; returns how many answers there were, all of them good."""
    rows = list(rows)
    urls = [fabric.get_absolute_url(), reverse("plugins:netbox_hedgehog:fabric_resources", args=[fabric.pk])]
    urls += [f"/api/plugins/hedgehog/fabrics/{fabric.pk}/", "/api/plugins/hedgehog/resources/?limit=100"]
    urls += [run.get_absolute_url() for run in fabric.runs.all()[:1]]
    for model in {type(row) for row in rows}:
        listed = reverse(get_viewname(model, "list"))
        urls += [listed, f"{listed}?export=table", f"{listed}?export", f"{listed}?q=odd"]
        urls += [f"{reverse(get_viewname(model, 'list', rest_api=True))}?limit=100"]
    urls.append("/search/?q=odd")
    for url in urls:
        _get(browser, url)
    firsts = {row.pk for model in {type(row) for row in rows} for row in [r for r in rows if type(r) is model][:2]}
    shown = len(urls) + sum(show_object(browser, row, whole=row.pk in firsts) for row in rows)
    for model in {type(row) for row in rows}:
        _graphql(browser, model)
        shown += 1
    return shown


def show_object(browser: Client, row: HedgehogObject, whole: bool = True) -> int:
    """Its page and, where it is to be shown WHOLE, tabs, edit page and REST detail."""
    more = ("edit", "changelog", "journal") if whole else ()
    urls = [reverse(get_viewname(row, action), args=[row.pk]) for action in (None, *more)]
    if whole:
        urls.append(reverse(get_viewname(row, "detail", rest_api=True), args=[row.pk]))
    for url in urls:
        _get(browser, url)
    return len(urls)


def _get(browser: Client, url: str) -> Any:
    try:
        answer = browser.get(url)
        if answer.streaming:
            b"".join(answer.streaming_content)
    except Exception as error:
        raise AssertionError(f"GET {url}: {type(error).__name__}: {error}") from error
    assert answer.status_code == 200, f"GET {url}: {answer.status_code}"
    return answer


def _graphql(browser: Client, model: type[HedgehogObject]) -> None:
    fields = schema._schema.get_type(f"Hedgehog{model.__name__}").fields.items()
    columns = " ".join(each for each, about in fields if is_leaf_type(get_named_type(about.type)))
    query = f"{{ hedgehog_{model._meta.model_name}_list {{ {columns} }} }}"
    answer = browser.post("/graphql/", {"query": query}, content_type="application/json").json()
    assert "errors" not in answer, f"GraphQL {model.__name__}: {answer['errors'][:1]}"
