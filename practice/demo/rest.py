"""NetBox's REST API as the demo uses it: standard library only."""

import json
import urllib.error
import urllib.request
from typing import Any

from practice.services.problem import Problem

__all__ = ("Rest",)

TIMEOUT = 60
# A proxy of the shell's environment has nothing to do with loopback.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class Rest:
    """Requests to one NetBox, as the owner of one token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def get(self, path: str) -> Any:
        return self._request("GET", path)

    def post(self, path: str) -> Any:
        return self._request("POST", path, b"{}")

    def answers(self) -> bool:
        """Whether NetBox serves requests yet."""
        try:
            self.get("/api/status/")
        except (Problem, OSError):
            return False
        return True

    def _request(self, method: str, path: str, body: bytes | None = None) -> Any:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=headers)  # noqa: S310  our own
        try:
            with _open(request, timeout=TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Problem(
                f"{method} {path} was answered {error.code}: {error.read().decode(errors='replace')[:500]}"
            ) from error
