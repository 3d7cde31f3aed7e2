"""NetBox's tables: a place of our own where they have their query at hand, for a page and for an export alike.

``BaseTable._apply_prefetching`` is the only method that NetBox calls for both, before the rows are fetched.
"""

from typing import Any

__all__ = ("BeforeFetch",)


class BeforeFetch:
    """Mixin of tables, before NetBox's. ``prefetches`` says whether NetBox may prefetch what its columns name."""

    prefetches = True

    def before_prefetching(self, columns: Any) -> None:
        """Called first; ``columns`` are the names of an export's columns, None for a page."""

    def before_fetch(self, columns: Any) -> None:
        """Called last: ``self.data.data`` is the query as it will be made, and may be replaced."""

    def _apply_prefetching(self, columns=None):
        self.before_prefetching(columns)
        if self.prefetches:
            super()._apply_prefetching(columns)
        self.before_fetch(columns)
