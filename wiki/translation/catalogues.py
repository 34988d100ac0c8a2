"""Which languages there are, and what is said in each: folders of ``.po`` and ``.mo`` files.

::

    wiki/translations/fr/*.po                 the core's, a file for each larger room
    plugins/NAME/translations/fr/*.po         a plugin's
    <instance>/translations/ar.po             an operator's: one file may hold all of them
                            /ar/*.po          or several, as translation platforms keep them
                            /ar/LC_MESSAGES/*.mo

A language is there once somebody has a catalogue of it and CLDR knows it. An operator's words come
last, so that they win. Files are read within bounds, and string by string: what cannot be used is
told of, and said in the language that stands in (``X-Fallback-Language`` in the head of a
catalogue), then in English.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from gettext import NullTranslations
from hashlib import blake2b, sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.support import Translations

from wiki.translation.locales import is_language

SOURCE_LANGUAGE = "en"
#: the folder of the core's catalogues
CORE = Path(__file__).parents[1] / "translations"
_folders: list[Path] = [CORE]
_operators: list[Path] = []
_site: list[str] = [SOURCE_LANGUAGE]
_compiled: Path | None = None
#: bytes before what is kept: its sum, since a letter that a disk altered is shown as it stands
_SUM = 32
#: changes where catalogues of before are to be compiled anew
_FORM = b"2"
#: bytes of one file, files of one language, languages of one folder
_LARGEST, _FILES, _LANGUAGES = 8_000_000, 200, 100
_STAND_IN = re.compile(rb'^"X-Fallback-Language: *(\w{2,12})', re.M)
#: what tells a child where the operator's catalogues are
_VARIABLE = "WIKI_TRANSLATIONS"
#: how many languages stand in for each other, one after the next
_LONGEST_CHAIN = 4

log = logging.getLogger(__name__)


class Source(NamedTuple):
    """A file of a catalogue, and what it holds."""

    path: Path
    data: bytes


def add_translations(folder: Path) -> None:
    """Reads the ``<language>/*.po`` of ``folder`` too (a plugin's ``translations/``)."""
    if folder not in _folders:
        _folders.append(folder)
        forget()


def set_operators(folder: Path | None, site: str = SOURCE_LANGUAGE) -> None:
    """Reads what an operator has in ``folder``, in place of what another one had: it wins.

    ``site`` is the language of the wiki, for those whose language is there no more.
    """
    _site[:] = [site]
    found = [] if folder is None or not folder.is_dir() else [folder]
    if found or _operators:
        _operators[:] = found
        forget()


def for_child() -> dict[str, str]:
    """What a process that begins anew has in its environment, to speak as this one does."""
    return {_VARIABLE: os.fspath(_operators[0])} if _operators else {}


def speak_as_parent() -> None:
    """Reads the operator's catalogues of the process that began this one."""
    set_operators(Path(folder) if (folder := os.environ.get(_VARIABLE)) else None)


def keep_compiled(folder: Path) -> None:
    """Has what catalogues are compiled to kept in ``folder``, and taken from there again."""
    global _compiled
    _compiled = folder
    forget()


def forget() -> None:
    """Catalogues are read again by who asks next."""
    catalogue.cache_clear()
    languages_with.cache_clear()
    _shipped.cache_clear()
    stands_in.cache_clear()


def languages() -> tuple[str, ...]:
    """The languages that there are: those of the core, then English, then all others."""
    return languages_with(*_operators)


@cache
def languages_with(*operators: Path) -> tuple[str, ...]:
    """Those that there would be with the catalogues in these folders."""
    own, shipped = _shipped()
    all_of = sorted({*shipped, *_found_in(operators)})
    return tuple(dict.fromkeys([*own, SOURCE_LANGUAGE, *all_of]))


@cache
def _shipped() -> tuple[list[str], list[str]]:
    """The languages of the core, and those of it and all plugins."""
    return _found_in([CORE]), _found_in(_folders)


def spoken(lang: str) -> str:
    """``lang``, or the language of the wiki where it is there no more."""
    return lang if lang in languages() else _site[0]


@cache
def stands_in(lang: str) -> str:
    """The language in which it is said what nobody has said in ``lang``."""
    if "_" in lang and (wider := lang.rpartition("_")[0]) in languages():
        return wider
    for source in reversed(sources_of(lang)):
        if found := _STAND_IN.search(source.data[:10_000]):
            name = found[1].decode("ascii", "replace")
            return name if name in languages() else SOURCE_LANGUAGE
    return SOURCE_LANGUAGE


def chain(lang: str) -> tuple[str, ...]:
    """``lang``, the language that stands in for it, the one for that, and so on, then English."""
    found = [lang]
    while (after := stands_in(found[-1])) not in found and len(found) < _LONGEST_CHAIN:
        found.append(after)
    return tuple(dict.fromkeys([*found, SOURCE_LANGUAGE]))


@cache
def catalogue(lang: str) -> NullTranslations:
    """All strings of ``lang``, of the core and of every plugin, as one gettext catalogue."""
    if lang == SOURCE_LANGUAGE:
        return NullTranslations()
    *others, _english = chain(lang)
    first = _alone(lang)
    for other in others[1:]:
        first.add_fallback(_alone(other))
    return first


def sources_of(lang: str) -> list[Source]:
    """The files of ``lang``, those that win last."""
    return [*read_sources(lang, _folders), *read_sources(lang, _operators)]


def shipped_of(lang: str) -> list[Source]:
    """Those of them that came with the wiki and its plugins."""
    return list(read_sources(lang, _folders))


def _alone(lang: str) -> NullTranslations:
    from wiki.translation.compiler import compile_catalogue

    sources = sources_of(lang)

    def made() -> bytes:
        whole = compile_catalogue(lang, sources)
        for one in whole.refused[:20]:
            log.warning("%s, line %s: %r: %s", one.path, one.line, one.words[:80], one.why)
        if (more := len(whole.refused) - 20) > 0:
            log.warning("%s more; `wiki translations` tells them", more)
        return whole.data

    if _compiled is None:
        return Translations(BytesIO(made()))
    digest = blake2b(_FORM + repr([one.data for one in sources]).encode(), digest_size=12)
    kept = _compiled / f"{lang}-{digest.hexdigest()}.mo"
    try:
        held = kept.read_bytes()
        compiled = held[_SUM:]
        if held[:_SUM] == sha256(compiled).digest():
            return Translations(BytesIO(compiled))
    except OSError:
        pass  # not there
    compiled = made()
    with suppress(OSError):
        _write(kept, compiled)
    return Translations(BytesIO(compiled))


def _write(kept: Path, compiled: bytes) -> None:
    """Writes the file whole, in place of those of earlier texts."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    for former in kept.parent.glob(f"{kept.name.partition('-')[0]}-*"):
        former.unlink(missing_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(sha256(compiled).digest() + compiled)
    unfinished.replace(kept)


def _found_in(folders: Iterable[Path]) -> list[str]:
    found = {path.stem for folder in folders for path in _entries(folder) if _has_words(path)}
    return [code for code in sorted(found) if is_language(code)]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())[:_LANGUAGES]
    except OSError:
        return []


def _has_words(path: Path) -> bool:
    return path.suffix in (".po", ".mo") if path.is_file() else bool(_files(path))


def _files(folder: Path) -> list[Path]:
    """The catalogues in the folder of one language; a ``.po`` counts more than its ``.mo``."""
    found: dict[Path, Path] = {}
    for pattern in ("*.mo", "LC_MESSAGES/*.mo", "*.po", "LC_MESSAGES/*.po"):
        with suppress(OSError):
            found |= {path.with_suffix(""): path for path in folder.glob(pattern)}
    return sorted(found.values())[:_FILES]


def read_sources(lang: str, folders: Iterable[Path]) -> Iterator[Source]:
    """The files of ``lang`` in ``folders``, those that win last."""
    for folder in folders:
        single = [path for kind in ("mo", "po") if (path := folder / f"{lang}.{kind}").is_file()]
        for path in [*single[-1:], *_files(folder / lang)]:
            try:
                with path.open("rb") as file:
                    data = file.read(_LARGEST + 1)
            except OSError as error:
                log.warning("%s cannot be read: %s", path, error.strerror)
                continue
            if len(data) > _LARGEST:
                log.warning("%s is larger than %s bytes: it is not read", path, _LARGEST)
                continue
            yield Source(path, data)
