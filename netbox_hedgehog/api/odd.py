"""Requests that cannot be answered are refused with a reason, where NetBox or Django would answer 500."""

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

from netbox_hedgehog.queries.unusable import of_request

__all__ = ("OddRequests", "StrictJSONParser")

KEY = re.compile(r"[0-9]+")  # not \d: a superscript two is no key
# What Django's fields say of a value that is no key, for example of {"site": {"id": "x"}}: NetBox's look-up of related
# objects (utilities.api.get_related_object_by_attrs) lets it through.
NO_NUMBER = re.compile(r"Field '\w+' expected a number but got ")
DEEPEST = 100  # levels; no body of ours has ten
WITH_BODY = ("POST", "PUT", "PATCH")
SURROGATES = re.compile("[\ud800-\udfff]")


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class StrictJSONParser(JSONParser):
    """JSON whose text PostgreSQL can store: no NUL characters, no halves of characters; and of a sane depth."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except (RecursionError, LookupError, UnicodeError, ValueError) as error:  # LookupError: an unknown charset
            raise ParseError(_("JSON parse error: {reason}").format(reason=error)) from None
        _check(data)
        return data


def _check(data: Any) -> None:
    """Raise ParseError for a text that cannot be stored and for nesting that is too deep, without recursion."""
    left = [(data, 0)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise ParseError(_("The body is nested more than {most} levels deep.").format(most=DEEPEST))
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, dict):
            for key in value:
                _check_text(key)
            left += [(each, depth + 1) for each in value.values()]
        elif isinstance(value, list):
            left += [(each, depth + 1) for each in value]


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ParseError(_("A text in the body has a NUL character, which cannot be stored."))
    if SURROGATES.search(text):
        raise ParseError(_("A text in the body has half a character (a lone surrogate), which cannot be stored."))


class OddRequests:
    """Mixin of view sets, before NetBox's: 404 for a key that is no number, 400 for values that nothing can use."""

    parser_classes = (StrictJSONParser, MultiPartParser)

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if not KEY.fullmatch(str(kwargs.get("pk", 0))):
            raise Http404
        # NetBox takes a list for one object's many serializers, and fails.
        if "pk" in kwargs and request.method in WITH_BODY and isinstance(request.data, list):
            raise ParseError(_("An object is needed here, not a list."))

    def handle_exception(self, exc):
        return super().handle_exception(_refusal(exc) or exc)


def _refusal(error: Exception) -> APIException | None:
    """``error`` as a refusal of the request, where it is the request's fault."""
    if isinstance(error, RequestDataTooBig):
        return TooLarge(_("The body is larger than NetBox takes (its setting DATA_UPLOAD_MAX_MEMORY_SIZE)."))
    if isinstance(error, DataError) and of_request(error):
        reason = str(error).partition("\n")[0]
        return ParseError(_("PostgreSQL cannot use a value of this request: {reason}").format(reason=reason))
    if isinstance(error, ValueError | TypeError) and NO_NUMBER.match(str(error)):
        return ParseError(str(error))
    return None
