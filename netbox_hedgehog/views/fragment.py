"""Views that a page polls while something is under way: small parts, and the whole at the end."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from netbox.views import generic

__all__ = ("PolledView",)


class PolledView(generic.ObjectView):
    """``part`` replaces itself on the page; ``whole`` replaces everything that may have changed."""

    part = ""
    whole = ""

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if request.htmx:  # deleted meanwhile
                return self.handle_no_permission()
            raise

    def handle_no_permission(self):
        """The session has ended, or a permission was withdrawn: reload the page, which says so, and stop polling."""
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response

    def answer(self, request, context, moved: bool):
        """The part alone while nothing else has ``moved``."""
        if not moved:
            return render(request, self.part, context)
        response = render(request, self.whole, {**context, "swapped": True})
        response["HX-Retarget"] = "#hedgehog-live"
        response["HX-Reswap"] = "outerHTML"
        return response
