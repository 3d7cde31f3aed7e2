"""What a body must say to be an object of its kind, and what is dropped from it and filled in."""

from __future__ import annotations

import json
from typing import Any

from practice.server import metadata, schema
from practice.server.errors import ApiError, Cause, bad_request, invalid
from practice.server.registry import Served
from practice.server.stored import stored
from practice.server.validation import validate

Data = dict[str, Any]
OTHER_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"


def of_kind(data: Data, kind: Served) -> Data:
    """DATA, when it says which version and kind it is of; the kind itself is checked with the rest of it."""
    if not data.get("kind") or not data.get("apiVersion"):
        missing = "Kind" if not data.get("kind") else "apiVersion"
        sent = json.dumps(data)
        words = f"must be of type {kind.kind}): Object '{missing}' is missing in '{sent}' ({sent})"
        raise bad_request(f"the object provided is unrecognized ({words}")
    if data["apiVersion"] != kind.api_version:
        sent, served = data["apiVersion"], kind.api_version
        raise bad_request(f"the API version in the data ({sent}) does not match the expected API version ({served})")
    return data


def tidy_metadata(data: Data) -> Data:
    """The body's metadata, checked for types, put back without what is empty."""
    wrong = validate(data.get("metadata") or {}, metadata.SCHEMA, "metadata")
    if wrong:
        raise bad_request(f"{data['kind']} cannot be handled: {wrong[0].text()}")
    data["metadata"] = metadata.tidy(data.get("metadata") or {})
    return data["metadata"]


def known_fields(kind: Served, data: Data, duplicates: list[str], mode: str, patched: bool = False) -> list[str]:
    """Drop what the schema does not know. Returns the warnings; raises what Strict refuses."""
    unknown = schema.prune(data, kind.whole_schema)
    schema.fill(data, kind.whole_schema)
    problems = [f'duplicate field "{path}"' for path in duplicates] + [f'unknown field "{path}"' for path in unknown]
    if mode == "Strict" and problems:
        raise _strict(kind, data, ", ".join(problems), patched)
    return problems if mode == "Warn" else []


def _strict(kind: Served, data: Data, problems: str, patched: bool) -> ApiError:
    if patched:
        words = f"Invalid value: {stored(data).raw.decode()!r}: strict decoding error: {problems}"
        return ApiError(
            422,
            "Invalid",
            f' "" is invalid: patch: {words}',
            {"causes": [Cause("FieldValueInvalid", words, "patch").data()]},
        )
    words = (
        f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: strict decoding error: {problems}'
    )
    return bad_request(words)


def same_place(meta: Data, at: tuple[str, str]) -> None:
    """A body may leave out name and namespace, but not name others than its path does."""
    namespace, name = at
    if meta.setdefault("name", name) != name:
        raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
    if namespace and meta.setdefault("namespace", namespace) != namespace:
        raise bad_request(OTHER_NAMESPACE)


def valid(kind: Served, data: Data) -> None:
    causes = metadata.check(data["metadata"]) + validate(data, kind.whole_schema)
    if data["kind"] != kind.kind:
        causes = [Cause("FieldValueInvalid", f'Invalid value: "{data["kind"]}": must be {kind.kind}', "kind")]
    if causes:
        raise invalid(kind.group, data["kind"], data["metadata"].get("name", ""), causes)
