"""Every string a person reads, in their language; catalogues are ``.po`` files read at start.

Reading them is a tenth of a start: a server keeps what they are compiled to.

Strings in code are English; ``_`` translates at once, ``lazy`` when the string is shown. The
language in force is a context variable: a request, a mail and a command each set their own.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from hashlib import blake2b, sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.support import LazyProxy, Translations
from markupsafe import Markup

SOURCE_LANGUAGE = "en"
_CORE = Path(__file__).parent / "translations"
_folders: list[Path] = [_CORE]
_compiled: Path | None = None
#: bytes before what is kept: its sum, since a letter that a disk altered is shown as it stands
_SUM = 32
_language: ContextVar[str] = ContextVar("language", default="fr")


def add_translations(folder: Path) -> None:
    """Reads the ``<language>/*.po`` of ``folder`` too (a plugin's ``translations/``)."""
    if folder not in _folders:
        _folders.append(folder)
        catalogue.cache_clear()


def keep_compiled(folder: Path) -> None:
    """Has what catalogues are compiled to kept in ``folder``, and taken from there again."""
    global _compiled
    _compiled = folder
    catalogue.cache_clear()


@cache
def catalogue(lang: str) -> NullTranslations:
    """All strings of ``lang``, of the core and of every plugin, as one gettext catalogue."""
    if lang == SOURCE_LANGUAGE:
        return NullTranslations()
    paths = [path for folder in _folders for path in sorted((folder / lang).glob("*.po"))]
    sources = [path.read_bytes() for path in paths]
    if _compiled is None:
        return Translations(BytesIO(_compile(lang, sources)))
    digest = blake2b(repr(sources).encode(), digest_size=12).hexdigest()
    kept = _compiled / f"{lang}-{digest}.mo"
    try:
        held = kept.read_bytes()
        compiled = held[_SUM:]
        if held[:_SUM] == sha256(compiled).digest():
            return Translations(BytesIO(compiled))
    except OSError:
        pass  # not there
    compiled = _compile(lang, sources)
    with suppress(OSError):
        _write(kept, compiled)
    return Translations(BytesIO(compiled))


def _compile(lang: str, sources: Sequence[bytes]) -> bytes:
    """Catalogues as one, in the form of gettext: where two say the same, the last one counts."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    # The locale makes the plural rule right: without it, zero is plural in French.
    whole = Catalog(locale=lang)
    for source in sources:
        for message in read_po(BytesIO(source), locale=lang):
            if message.id:
                whole.delete(message.id, message.context)
                whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    return compiled.getvalue()


def _write(kept: Path, compiled: bytes) -> None:
    """Writes the file whole, in place of those of earlier texts."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    for former in kept.parent.glob(f"{kept.name.partition('-')[0]}-*"):
        former.unlink(missing_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(sha256(compiled).digest() + compiled)
    unfinished.replace(kept)


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
