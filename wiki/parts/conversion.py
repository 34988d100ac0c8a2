"""Files of other programs, as this wiki calls and encodes its pages: commits on top of theirs.

History stays as it is, object for object: first names are changed and nothing else, so that git
follows each page through them, then texts.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from wiki.charsets import decode_text
from wiki.errors import BadField, TooLarge
from wiki.pages.foreign.names import rename_pages
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.links import repair_links
from wiki.pages.paths import page_of
from wiki.projections.pagespan import LARGEST
from wiki.repository.commit import Change, Moved, commit
from wiki.repository.objects import WIKI_AUTHOR
from wiki.repository.repository import Repository

_RENAMED, _RECODED = "Pages renommées à leur arrivée", "Textes adaptés à leur arrivée"


@dataclass
class Conversion:
    """What was changed: files with their new names, and with the encodings that they were in.

    ``doubled`` could not be renamed, since another file has the name.
    """

    renamed: list[tuple[str, str]] = field(default_factory=list)
    recoded: list[tuple[str, str]] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def convert(repository: Repository, step: Callable[[], object]) -> Conversion:
    """Commits the names and the texts that pages have here; ``step`` is called before each file."""
    head, found = repository.head(), Conversion()
    moves, found.doubled = rename_pages({file for file, _blob in repository.files(head)})
    found.renamed = sorted(moves.items())
    renames: dict[str, Change] = {new: Moved(old) for old, new in found.renamed}
    head = commit(repository, head, renames, WIKI_AUTHOR, _RENAMED)
    # What was a page by another name keeps that as an alias; other links have to be led on.
    moved = {old: page_of(new) or "" for old, new in found.renamed if page_of(old) is None}
    aliases = {new: page_of(old) for old, new in found.renamed}
    names = re.compile("|".join(re.escape(name.rpartition("/")[2]) for name in moved) or r"(?!)")
    texts: dict[str, Change] = {}
    for file, blob in repository.files(head):
        step()
        if page_of(file) is None:
            continue
        try:
            data = repository.read_blob(blob, LARGEST)
        except TooLarge:
            continue
        try:
            text = "" if b"\0" in data else data.decode()
        except UnicodeDecodeError:
            text = ""
        if data and not text:
            text, guessed = decode_text(data)
            found.recoded.append((file, guessed or "utf-16"))
        with suppress(BadField):  # a head that cannot be changed
            text = repair_links(text, file, moved) if names.search(text) else text
            if alias := aliases.get(file):
                known = read_head(text).head.words("aliases")
                text = edit_head(text, {"aliases": [*known, alias]})
        if (new := text.encode("utf-8", "replace")) != data:
            texts[file] = new
    commit(repository, head, texts, WIKI_AUTHOR, _RECODED)
    return found
