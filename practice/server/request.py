"""What of an HTTP request matters to the resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Request:
    """Query, body and the headers that count. STRUCK holds the faults that strike this request, with their settings."""

    query: Mapping[str, str]
    accept: str = "*/*"
    content_type: str = ""
    body: bytes = b""
    struck: dict[str, dict[str, Any]] = field(default_factory=dict)
