"""What CLDR says of a language: its own name, which way it runs, its tag; no words of ours."""

import re
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError

#: as gettext names the folder of a language: fr, kab, pt_BR, zh_Hant, es_419
_CODE = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_(?:[A-Z]{2}|\d{3}))?")
#: what no interface is in
_NONE = frozenset({"und", "mul", "zxx"})


@cache
def is_language(code: str) -> bool:
    """Whether dates, numbers and lists can be said in the language of that code."""
    if not _CODE.fullmatch(code) or code in _NONE:
        return False
    try:
        Locale.parse(code)
    except (ValueError, UnknownLocaleError):
        return False
    return True


@cache
def language_name(code: str) -> str:
    """What its speakers call the language: Français, العربية; an unknown one by its code."""
    name = (Locale.parse(code).get_display_name() if is_language(code) else None) or code
    return name[:1].upper() + name[1:]


@cache
def language_tag(code: str) -> str:
    """The language as HTML and HTTP call it: ``pt-BR``."""
    return code.replace("_", "-")


@cache
def text_direction(code: str) -> str:
    """``rtl`` where the language is written from right to left, else ``ltr``."""
    code = code.replace("-", "_")
    return str(Locale.parse(code).text_direction) if is_language(code) else "ltr"


def join_words(words: list[str], code: str) -> str:
    """``a, b et c``, as one says it in the language of ``code``."""
    from babel.lists import format_list

    return format_list(words, locale=code) if words else ""
