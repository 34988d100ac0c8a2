"""Every string a person reads, in their language.

::

    catalogues   which languages there are, what is said in each    locales   what CLDR knows
    compiling    many files as one                                   checks    what one may hold
    beginnings   one to work in

Strings in code are English; ``_`` translates at once, ``lazy`` when the string is shown. The
language in force is a context variable: a request, a mail and a command each set their own. Reading
catalogues is a tenth of a start: a server keeps what they are compiled to.

The interface is in as many languages as there are catalogues. The words of the grammar of pages
(``besoins``, ``needs``) are French and English: ``written_language`` says which are proposed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from babel.support import LazyProxy
from markupsafe import Markup

from wiki.translation.catalogues import (
    SOURCE_LANGUAGE,
    add_translations,
    catalogue,
    chain,
    for_child,
    keep_compiled,
    languages,
    languages_with,
    set_operators,
    speak_as_parent,
    spoken,
)
from wiki.translation.locales import (
    is_language,
    join_words,
    language_name,
    language_tag,
    text_direction,
)

__all__ = [
    "SOURCE_LANGUAGE",
    "add_translations",
    "catalogue",
    "for_child",
    "is_language",
    "join_words",
    "keep_compiled",
    "language_name",
    "language_tag",
    "languages",
    "languages_with",
    "set_operators",
    "speak_as_parent",
    "text_direction",
]

#: the languages that the grammar of pages has words in
WRITTEN = ("fr", "en")
_language: ContextVar[str] = ContextVar("language", default="fr")


def language() -> str:
    """The language in force, as gettext calls it: ``fr``, ``pt_BR``."""
    return _language.get()


def written_language() -> str:
    """The one of ``WRITTEN`` that stands nearest to the language in force."""
    return next(one for lang in chain(_language.get()) if (one := lang[:2]) in WRITTEN)


@contextmanager
def use_language(lang: str) -> Iterator[None]:
    """Puts ``lang`` in force inside the ``with`` block; the wiki's where it is there no more."""
    token = _language.set(spoken(lang))
    try:
        yield
    finally:
        _language.reset(token)


def gettext(message: str) -> str:
    """``message`` in the language in force; itself where nobody has translated it."""
    return catalogue(_language.get()).gettext(message) if message else ""


def gettext_markup(message: str) -> Markup:
    """``gettext`` for templates: the words are ours, and what is filled in is escaped."""
    words = catalogue(_language.get()).gettext(message) if message else ""
    return Markup(words)  # noqa: S704 - checked when they were read


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for ``count`` in the language in force; ``{count}`` is left for the caller."""
    return catalogue(_language.get()).ngettext(singular, plural, count)


def lazy(message: str) -> Any:
    """``message``, translated each time it is shown: for constants at module level."""
    return LazyProxy(gettext, message, enable_cache=False)


_ = gettext
