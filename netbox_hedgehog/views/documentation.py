"""The plugin's documentation, for whoever may log in: its pages and their pictures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View
from utilities.views import ConditionalLoginRequiredMixin

from netbox_hedgehog.presentation import documentation

__all__ = ("DocumentationView", "PictureView")


class DocumentationView(ConditionalLoginRequiredMixin, View):
    def get(self, request: HttpRequest, name: str = "index") -> HttpResponse:
        page = documentation.page(name)
        if page is None:
            raise Http404
        return render(request, "netbox_hedgehog/documentation.html", {"page": page, "is_start": name == "index"})


class PictureView(ConditionalLoginRequiredMixin, View):
    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        path = documentation.picture(name)
        if path is None:
            raise Http404
        return HttpResponse(path.read_bytes(), content_type="image/png")
