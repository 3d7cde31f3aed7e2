"""The pictures of pages that README and documentation show; browser tests take them (``make pictures``)."""

import re

from practice.services.netbox import CHECKOUT

__all__ = ("PICTURES", "shown_pictures")

PICTURES = CHECKOUT / "docs" / "images"


def shown_pictures() -> set[str]:
    """The pictures that README and documentation show, by name."""
    texts = [path.read_text() for path in (CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md"))]
    return {name for text in texts for name in re.findall(r"images/([\w-]+)\.png", text)}
