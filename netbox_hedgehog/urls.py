"""Addresses below /plugins/hedgehog/: a kind's objects are under its Kubernetes plural."""

from django.urls import include, path
from utilities.urls import get_model_urls

from netbox_hedgehog import views  # noqa: F401  registers the views of every model
from netbox_hedgehog.metrics import metrics_page
from netbox_hedgehog.models import kind_models
from netbox_hedgehog.views.documentation import DocumentationView, PictureView

APP = "netbox_hedgehog"


def _paths(segment: str, model: str) -> list:
    return [
        path(f"{segment}/", include(get_model_urls(APP, model, detail=False))),
        path(f"{segment}/<int:pk>/", include(get_model_urls(APP, model))),
    ]


urlpatterns = [
    *_paths("fabrics", "fabric"),
    *_paths("runs", "syncrun"),
    path("metrics/", metrics_page, name="metrics"),
    path("docs/", DocumentationView.as_view(), name="documentation_start"),
    path("docs/<slug:name>/", DocumentationView.as_view(), name="documentation"),
    path("docs/images/<str:name>", PictureView.as_view(), name="documentation_picture"),
]
for kind_model in kind_models():
    plural = kind_model.kind_entry.plural if kind_model.kind_entry else "other-resources"
    urlpatterns += _paths(plural, kind_model._meta.model_name)
