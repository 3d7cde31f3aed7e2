"""Texts that people read, for a package that knows no Django: English, until a face says how to translate.

``gettext_noop`` marks a text that is made before anybody's language is known, such as a kind's label: the face that
shows it translates it. ``_`` and ``counted`` translate at once. ``manage.py hedgehog_messages`` finds them all by name.
"""

from collections.abc import Callable

__all__ = ("_", "counted", "gettext_noop", "translate_with")

type Translate = Callable[[str], str]
type TranslateCount = Callable[[str, str, int], str]


def _english(one: str, many: str, number: int) -> str:
    return one if number == 1 else many


_translate: Translate = str
_translate_count: TranslateCount = _english


def translate_with(translate: Translate, translate_count: TranslateCount) -> None:
    """Translate texts from now on.

    Args:
        translate: Like ``gettext``: the text in the reader's language.
        translate_count: Like ``ngettext``: one of two texts by a number, in the reader's language.
    """
    global _translate, _translate_count
    _translate, _translate_count = translate, translate_count


def gettext_noop(text: str) -> str:
    """Mark a text for translators; it stays as it is."""
    return text


def _(text: str) -> str:
    """Translate a text."""
    return _translate(text)


def counted(number: int, one: str, many: str) -> str:
    """Write a number with what is counted.

    Args:
        number: How many.
        one: The text for one, with ``{number}`` in it: ``{number} link``.
        many: The text for any other number: ``{number} links``.

    Returns:
        The text in the reader's language: ``2 links``.
    """
    return _translate_count(one, many, number).format(number=number)
