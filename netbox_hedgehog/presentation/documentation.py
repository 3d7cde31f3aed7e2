"""The plugin's documentation as pages of NetBox: it is where the plugin is, and of the same version.

The files are those of ``docs/``. A wheel brings them as ``netbox_hedgehog/docs``; in a checkout they are beside the
package. They are our own, so their HTML is taken as it is.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown import markdown  # type: ignore[import-untyped]

__all__ = ("Page", "directory", "page", "page_names", "picture")

PACKAGE = Path(__file__).resolve().parents[1]
EXTENSIONS = ["tables", "fenced_code", "toc", "admonition", "attr_list", "sane_lists"]
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
TO_PAGE = re.compile(r'href="([\w-]+)\.md(#[\w-]*)?"')
TO_PICTURE = re.compile(r'src="images/([\w.-]+)"')


@dataclass(frozen=True)
class Page:
    title: str
    html: SafeString


@cache
def directory() -> Path:
    """Where the documentation's files are."""
    installed = PACKAGE / "docs"
    return installed if installed.is_dir() else PACKAGE.parent / "docs"


def page_names() -> list[str]:
    return sorted(path.stem for path in directory().glob("*.md"))


@cache
def page(name: str) -> Page | None:
    """The page of that name, or None. Read and converted once for each process."""
    if name not in page_names():
        return None
    text = (directory() / f"{name}.md").read_text(encoding="utf-8")
    heading = TITLE.search(text)
    html = markdown(TITLE.sub("", text, count=1), extensions=EXTENSIONS, output_format="html")
    html = TO_PAGE.sub(lambda found: f'href="{_address(found[1])}{found[2] or ""}"', html)
    html = TO_PICTURE.sub(lambda found: f'src="{_address("images", found[1])}"', html)
    html = html.replace("<table>", '<table class="table table-sm">')
    return Page(heading[1] if heading else name, mark_safe(html))  # noqa: S308  our own files


def picture(name: str) -> Path | None:
    """The file of a picture, or None."""
    return next((path for path in (directory() / "images").glob("*.png") if path.name == name), None)


def _address(name: str, picture: str = "") -> str:
    if picture:
        return reverse("plugins:netbox_hedgehog:documentation_picture", args=[picture])
    return reverse("plugins:netbox_hedgehog:documentation", args=[name])
