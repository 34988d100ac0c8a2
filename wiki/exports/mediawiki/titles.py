"""Names as MediaWiki holds them: titles that are told apart, files without folders (pure)."""

import re
import unicodedata
from collections.abc import Mapping

from wiki.pages.paths import alike

#: bytes; MediaWiki takes 255, and 240 of a file's name
_LONGEST = 200
_REFUSED = re.compile(r"[#<>\[\]|{}\x00-\x1f\x7f]")
#: what a colon may stand behind without leading to another namespace, or to another wiki
_PREFIX = re.compile(r"\s*([^\W\d_][^:]*?)\s*:")
_NAMESPACES = frozenset(
    {
        *("media", "special", "talk", "user", "project", "file", "image", "mediawiki", "template"),
        *("help", "category", "module", "discussion", "utilisateur", "projet", "fichier", "modèle"),
        *("aide", "catégorie", "spécial", "wikipedia", "discuter"),
    }
)
_SHORT = 3


def title_of(words: str) -> str:
    """A title of ``words``; "" where nothing of them can stand in one."""
    words = unicodedata.normalize("NFC", words).replace("_", " ")
    words = " ".join(_REFUSED.sub(" ", words).split()).strip(":./ ")
    found = _PREFIX.match(words)
    if found and (found[1].casefold() in _NAMESPACES or len(found[1]) <= _SHORT):
        words = " ".join(f"{found[1]} – {words[found.end() :]}".split())
    words = words.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore").strip()
    return words[:1].upper() + words[1:]


def titles_for(pages: Mapping[str, str]) -> dict[str, str]:
    """Path → title, of ``pages`` (path → what they are called): each has its own."""
    taken: set[str] = set()
    titles = {}
    for path, words in pages.items():
        title = title_of(words) or title_of(path) or "Page"
        if alike(title) in taken:
            title = title_of(f"{title[:80]} ({path})")
        number, first = 1, title
        while alike(title) in taken:
            number += 1
            title = f"{first} {number}"
        taken.add(alike(title))
        titles[path] = title
    return titles


def file_names(files: list[str]) -> dict[str, str]:
    """File → a name of its own, in which the folders that it was in stand before it."""
    taken: set[str] = set()
    names = {}
    for file in files:
        stem, dot, ending = title_of(file.replace("/", "-").replace(":", "-")).rpartition(".")
        stem, number = (stem or ending)[:120], 1
        name = f"{stem}{dot}{ending}"
        while alike(name) in taken:
            number += 1
            name = f"{stem}-{number}{dot}{ending}"
        taken.add(alike(name))
        names[file] = name
    return names
