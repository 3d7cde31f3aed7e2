"""Lists that are asked for with a value that nothing can use, as ``?name__regex=[``: a reason in place of a 500."""

from django.contrib import messages
from django.db import DataError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from netbox_hedgehog.queries.unusable import of_request

__all__ = ("UsableQueries",)


class UsableQueries:
    """Mixin of list views, before NetBox's: says what was refused, and shows the list without its query."""

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except DataError as error:
            if not of_request(error) or not request.GET:
                raise
            reason = str(error).partition("\n")[0]
            messages.error(request, _("PostgreSQL cannot use a value of this filter: {reason}").format(reason=reason))
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": request.path})
        return redirect(request.path)
