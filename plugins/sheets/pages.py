"""A line of a table as the text of a page: its head, its text, its blocks (pure).

::

    head        the fields; links where a page bears the name
    text        columns of text, then those "at the end of the text"
    besoins     needs, offers and the stage, each as the block that the wiki reads
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wiki.api.pages import edit_head, read_document
from wiki.api.translation import gettext, written_language

from .fields import FIELDS
from .items import block_of, lines_of, sentences
from .records import Record

#: finds the path of the page of a name among pages of some types
Find = Callable[[str, Sequence[str]], str | None]

#: keys of a head → the field, in the order in which they are written
_HEAD = (
    ("summary", "summary"),
    ("kind", "kind"),
    ("acronym", "acronym"),
    ("starts", "starts"),
    ("ends", "ends"),
    ("place", "place"),
    ("themes", "themes"),
    ("skills", "skills"),
    ("roles", "roles"),
    ("availability", "availability"),
    ("territory", "territory"),
    ("siret", "siret"),
    ("website", "website"),
    ("repository", "repository"),
    ("mail", "mail"),
    ("phone", "phone"),
)
#: keys whose values are names of pages, with the types of these
_LINKED = (
    ("team", ("person",)),
    ("organisation", ("organisation",)),
    ("programme", ("project",)),
)
#: what everybody may be told of a name that is no page; a team gives rights, a programme is a list
_NAMES_STAY = frozenset({"organisation"})
_BULLET = re.compile(r"^[ \t]*[•·▪●–][ \t]+", re.M)
#: what may take in all that stands below it
_OPENS = re.compile(r"^[ \t>]*(?:`{3}|~{3}|:{3}|\$\$|%%|<)", re.M)
_CHAPTERS = {"needs": ("Besoins", "Needs"), "offers": ("Offres", "Offers")}
_HISTORY = (("historique", "Historique"), ("history", "History"))


def page_text(record: Record, find: Find, today: str, items: Mapping[str, Sequence[str]]) -> str:
    """The page of a line. ``items``: of its blocks ``needs`` and ``offers``, from elsewhere."""
    head, unlinked = _head(record, find)
    parts = [_tidy(text) for text in record.texts]
    parts += [f"## {label}\n\n{_tidy(text)}" for label, text in record.chapters]
    facts = [*unlinked, *record.lines]
    if facts:
        parts.append("\n".join(f"- **{_escape(label)}** : {one}" for label, one in facts))
    blocks = [*_items(record, items), *_story(record, today)]
    body = "\n\n".join(filter(None, (*parts, *blocks)))
    opens = any(_OPENS.search(part) for part in parts)
    if blocks and opens and not _holds(body, len(blocks)):
        # What a cell opens and never ends takes in all that follows: then the blocks come first.
        body = "\n\n".join(filter(None, (*blocks, *parts)))
    return edit_head(f"\n{body}\n" if body else "", head)


def _head(record: Record, find: Find) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The head, and names that are no pages, by the label of their field."""
    head: dict[str, Any] = {"type": record.kind, "title": record.title}
    for key, name in _HEAD:
        if value := record.values.get(name):
            head[key] = list(value) if isinstance(value, tuple) else value
    unlinked: list[tuple[str, str]] = []
    for key, types in _LINKED:
        links: list[str] = []
        words: list[str] = []
        for name in record.words(key):
            for one in _names(name, types, find):
                path = find(one, types)
                (links if path else words).append(f"[[{path}]]" if path else one)
        if words and key in _NAMES_STAY:
            links += words
        elif words:
            unlinked.append((str(FIELDS[key].label).partition(" (")[0], ", ".join(words)))
        if links:
            head[key] = links
    if visibility := record.text("visibility"):
        head["visibility"] = visibility
    if source := record.text("source"):
        head["source"] = source
    return head, unlinked


def _names(words: str, types: Sequence[str], find: Find) -> list[str]:
    """One name, or the several between the commas, if any of these is a page's."""
    parts = [one.strip() for one in words.split(",") if one.strip()]
    if find(words, types) or not any(find(one, types) for one in parts):
        return [words]
    return parts


def _items(record: Record, more: Mapping[str, Sequence[str]]) -> Iterable[str]:
    english = written_language() == "en"
    for name, kind in (("needs", "need"), ("offers", "offer")):
        lines = [*lines_of(record, kind, sentences(record.words(name))), *more.get(name, ())]
        if lines:
            yield f"## {_CHAPTERS[name][english]}\n\n{block_of(kind, lines)}"


def _story(record: Record, today: str) -> Iterable[str]:
    """The stage of a project as a line of its story, with the day since when; and its beginning."""
    state, since, begun = (record.text(name) for name in ("state", "since", "begun"))
    english = written_language() == "en"
    lines = []
    if state:
        words = gettext("as the table said it")
        lines.append(f"- {since or begun or today} {state} — {words}")
    elif since:
        lines.append(f"- {since} — {gettext('last change that the table knows')}")
    if begun and (begun != since or not state) and not (state and not since):
        lines.append(f"- {begun} — {gettext('begun')}")
    if lines:
        block, title = _HISTORY[english]
        yield f"## {title}\n\n::: {block}\n" + "\n".join(lines) + "\n\n:::"


def _holds(body: str, count: int) -> bool:
    """Whether the last blocks of ``body`` are read as such."""
    names = {"besoins", "needs", "offres", "offers", "historique", "history"}
    return sum(block.name in names for block in read_document(body).blocks) >= count


def _tidy(text: str) -> str:
    """A cell as Markdown: signs of lists that only look like it are its own."""
    return _BULLET.sub("- ", text.strip())


def _escape(label: str) -> str:
    return label.replace("*", "\\*").rstrip(" :")
