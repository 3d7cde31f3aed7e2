"""What a table needs to ask the database once for all rows of the page that it shows."""

from django.contrib.auth.models import AnonymousUser

from netbox_hedgehog.netbox_internals.tables import BeforeFetch
from netbox_hedgehog.queries.viewer import Viewer, viewer_of

__all__ = ("PageTable",)


class PageTable(BeforeFetch):
    """Mixin of tables: knows the user that it is shown to, and the records of the page (all of them in an export)."""

    user = AnonymousUser()
    viewer = Viewer(user)

    def configure(self, request):
        self.user, self.viewer = request.user, viewer_of(request)
        super().configure(request)

    def before_prefetching(self, columns):
        """NetBox names the columns for an export alone, which has all rows, though the table was cut to a page."""
        if columns is not None:
            self.page = None

    @property
    def page_records(self) -> list:
        page = getattr(self, "page", None)
        return [row.record for row in page.object_list] if page else list(self.data)
