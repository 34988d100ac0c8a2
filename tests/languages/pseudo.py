"""A language that nobody speaks: each string of ours in letters that run from right to left.

Made from the catalogues when a test runs. Whatever is shown in Latin letters has not gone through
them.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
CODE = "ar"
#: Arabic has six forms: of none, of one, of two, of few, of many and of others
FORMS = 6
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنو"
_TABLE = str.maketrans(_LETTERS + _LETTERS.upper(), _ARABIC * 2)
#: what is the same in each language: places, tags, characters by name, addresses
_KEPT = re.compile(r"(\{[^{}]*\}|%\(\w+\)s|%[sd%]|<[^<>]*>|&#?\w+;|\w+://[^\s<>\"]*)")

Id = str | tuple[str, str]


def say(words: str) -> str:
    """``words`` in the language that nobody speaks."""
    parts = _KEPT.split(words)
    return "".join(
        part if at % 2 else part.translate(_TABLE).replace('"', "”")
        for at, part in enumerate(parts)
    )


def strings() -> Iterator[Id]:
    """Every string that the interface has, of the core and of all plugins."""
    for path in sorted(ROOT.glob("**/translations/fr/*.po")):
        if ".venv" not in path.parts:
            with path.open("rb") as file:
                yield from (
                    one.id if isinstance(one.id, str) else (one.id[0], one.id[1])
                    for one in read_po(file, locale="fr")
                    if one.id
                )


def write_language(
    folder: Path, code: str = CODE, but: Collection[str] = (), says: Mapping[str, str] | None = None
) -> Path:
    """One file with the whole of the language but the strings ``but``; those in ``says`` so."""
    catalog = Catalog(locale=code)
    for words in strings():
        if isinstance(words, str):
            if words not in but:
                catalog.add(words, (says or {}).get(words) or say(words))
        elif words[0] not in but:
            catalog.add(words, tuple([say(words[1])] * FORMS))
    written = BytesIO()
    write_po(written, catalog)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{code}.po"
    path.write_bytes(written.getvalue())
    return path
