"""Every string a person reads, in their language; catalogues are ``.po`` files read at start.

Strings in code are English; ``_`` translates at once, ``lazy`` when the string is shown. The
language in force is a context variable: a request, a mail and a command each set their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations
from markupsafe import Markup

SOURCE_LANGUAGE = "en"
_CORE = Path(__file__).parent / "translations"
_folders: list[Path] = [_CORE]
_language: ContextVar[str] = ContextVar("language", default="fr")


def add_translations(folder: Path) -> None:
    """Reads the ``<language>/*.po`` of ``folder`` too (a plugin's ``translations/``)."""
    if folder not in _folders:
        _folders.append(folder)
        catalogue.cache_clear()


@cache
def catalogue(lang: str) -> NullTranslations:
    """All strings of ``lang``, of the core and of every plugin, as one gettext catalogue."""
    merged: Translations | NullTranslations = NullTranslations()
    if lang == SOURCE_LANGUAGE:
        return merged
    for path in (path for folder in _folders for path in sorted((folder / lang).glob("*.po"))):
        with path.open("rb") as file:
            # The locale makes the plural rule right: without it, zero is plural in French.
            messages = read_po(file, locale=lang)
        compiled = BytesIO()
        write_mo(compiled, messages)
        compiled.seek(0)
        part = Translations(compiled)
        merged = merged.merge(part) if isinstance(merged, Translations) else part
    return merged


def language() -> str:
    """The language in force: ``fr`` or ``en``."""
    return _language.get()


@contextmanager
def use_language(lang: str) -> Iterator[None]:
    """Puts ``lang`` in force inside the ``with`` block."""
    token = _language.set(lang)
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
    return Markup(words)  # noqa: S704 - the translators'


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for ``count`` in the language in force; ``{count}`` is left for the caller."""
    return catalogue(_language.get()).ngettext(singular, plural, count)


def lazy(message: str) -> Any:
    """``message``, translated each time it is shown: for constants at module level."""
    return LazyProxy(gettext, message, enable_cache=False)


_ = gettext
