"""Merge patches and JSON patches."""

from __future__ import annotations

from typing import Any

import jsonpatch
import jsonpointer

from practice.server.documents import read_json
from practice.server.errors import ApiError, bad_request, unsupported_media_type

MERGE, JSON_PATCH, APPLY = "application/merge-patch+json", "application/json-patch+json", "application/apply-patch+yaml"
ACCEPTED = [JSON_PATCH, MERGE, APPLY]


def check_type(content_type: str) -> str:
    """The kind of patch that a Content-Type names; 415 for one that is not served."""
    media = content_type.partition(";")[0].strip()
    if media not in (MERGE, JSON_PATCH):
        raise unsupported_media_type(ACCEPTED)
    return media


def apply(media: str, raw: bytes, data: dict[str, Any]) -> dict[str, Any]:
    """DATA (which may be changed) with a patch applied; 400 for a patch that cannot be read, 422 for one that fails."""
    try:
        patch = read_json(raw)
    except ValueError as error:
        raise bad_request(f"error decoding patch: {error}") from error
    if media == MERGE:
        if not isinstance(patch, dict):
            raise bad_request("error decoding patch: it is no object")
        return merge(data, patch)
    try:
        return jsonpatch.JsonPatch(patch).apply(data)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, AttributeError) as error:
        words = "the server rejected our request due to an error in our request"
        raise ApiError(422, "Invalid", words, {}) from error


def merge(data: Any, patch: Any) -> Any:
    """RFC 7386: null removes, objects are merged, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(data) if isinstance(data, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result
