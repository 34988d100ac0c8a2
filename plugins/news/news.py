"""What someone tells of a project: read from a form, written as a line of its story."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from wiki.api.errors import BadField
from wiki.api.pages.editing import add_story_line, story_page, write_turn
from wiki.api.paths import slug
from wiki.api.reading import Reader, get_page
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext, lazy, use_language

#: the key of facts that says how a project stands, whoever reads it in the text
STATE = "state"
#: after these nobody is asked for news
ENDS = ("stopped", "transferred")
_WAY = ("idea", "concept", "prototype", "pilot", "market")

STILL: Mapping[str, Any] = {
    "idea": lazy("Still an idea"),
    "concept": lazy("Still a concept"),
    "prototype": lazy("Still a prototype"),
    "pilot": lazy("Still a pilot"),
    "market": lazy("Still in everyday use"),
    "paused": lazy("Still paused"),
    "stopped": lazy("It has stopped, as told"),
    "transferred": lazy("Others carry it on, as told"),
}
BECAME: Mapping[str, Any] = {
    "idea": lazy("Back to an idea"),
    "concept": lazy("Now a concept"),
    "prototype": lazy("Now a prototype"),
    "pilot": lazy("Now a pilot"),
    "market": lazy("Now in everyday use"),
    "paused": lazy("Paused"),
    "stopped": lazy("It has stopped"),
    "transferred": lazy("Others carry it on"),
}
_UNCHANGED = {"fr": "Toujours au même point", "en": "No change so far"}


def known_states(reader: Reader) -> tuple[str, ...]:
    """The states that can be said on this site; none where no plugin reads any."""
    key = reader.instance.fact_keys.get(STATE)
    return tuple(value for value in key.values if value in BECAME) if key else ()


def choices(reader: Reader, present: str) -> list[tuple[str, str]]:
    """``(state, words)`` for the form, the present one first."""
    states = known_states(reader)
    first = [(present, str(STILL[present]))] if present in states else []
    return first + [(one, str(BECAME[one])) for one in states if one != present]


def quick_choices(reader: Reader, present: str) -> list[tuple[str, str]]:
    """The few of them that a mail has room for: as it was, one step on, and the ways to end."""
    states = known_states(reader)
    if present in _WAY:
        onwards: Sequence[str] = _WAY[_WAY.index(present) + 1 :][:1]
    else:
        onwards = ("prototype", "pilot")
    wanted = [present, *onwards, "paused", *ENDS]
    said = dict(choices(reader, present))
    return [(one, said[one]) for one in dict.fromkeys(wanted) if one in states]


def written(reader: Reader, state: str, lang: str) -> str:
    """The word of a state as writers put it in a page of that language."""
    key = reader.instance.fact_keys[STATE]
    with use_language(lang):
        word = get_fact_words(reader, STATE, state).replace(" ", "-")
    if key.aliases.get(slug(word)) == state:
        return word
    named = [name for name, value in key.aliases.items() if value == state]
    return named[-1] if named else state


def unchanged(lang: str) -> str:
    """What is written where someone says that nothing has changed, and no more."""
    return _UNCHANGED["en" if lang == "en" else "fr"]


MOST_WORDS, MOST_LINK = 300, 500
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_URL = re.compile(r"https?://[^\s<>\"\\]+", re.I)
#: signs that would make a mark of someone's words
_SIGNS = re.compile(r"(?:^|(?<=\s))[#@](?=\S)")
_HOST = re.compile(r"[a-z0-9.-]+")
_SHORT = 60


@dataclass(frozen=True)
class News:
    """A state ("" where it says none), a sentence, a link; something of it is there."""

    state: str = ""
    words: str = ""
    link: str = ""


def read_news(reader: Reader, state: str, words: str, link: str) -> News:
    """What was typed. Raises BadField for ``state``, ``words`` or ``link``."""
    words, link = " ".join(words.split()), link.strip()
    if state and state not in known_states(reader):
        raise BadField("state", gettext("Choose one of these words, or none."))
    if len(words) > MOST_WORDS:
        raise BadField(
            "words",
            gettext("At most {count} characters: one sentence. The page has room for more.").format(
                count=MOST_WORDS
            ),
        )
    if _ADDRESS.search(words):
        raise BadField(
            "words",
            gettext("Leave the e-mail address out: everyone reads this sentence."),
        )
    if link and not _is_link(link):
        raise BadField("link", gettext("A link begins with https:// and has no spaces."))
    if not state and not words:
        raise BadField("words", gettext("Choose where it stands, or write a sentence."))
    return News(state, words, link)


def line_of(reader: Reader, news: News, present: str, lang: str) -> str:
    """The words of the line: a state where it is another than ``present``, a sentence, a link."""
    state = written(reader, news.state, lang) if news.state and news.state != present else ""
    words = _plain(news.words)
    if not words and not state:
        words = unchanged(lang)
    if news.link:
        words = f"{words} ([{_host(news.link, lang)}](<{news.link}>))".strip()
    return " — ".join([state, words]) if words else state


def tell_news(reader: Reader, project: PageRow, news: News) -> None:
    """Writes it in the name of the reader's person, dated today. Raises what saving does.

    What was told today already is not told again, with its state or, that being the present one
    by now, without.
    """
    lang = "en" if project.lang == "en" else "fr"
    day = reader.today.isoformat()
    with write_turn(reader.instance):
        reader = reader.renewed()
        row = get_row(reader, project.path) or project
        line = line_of(reader, news, row.first(STATE), lang)
        known = {line_of(reader, news, "", lang), line_of(reader, news, news.state, lang)}
        written_there = get_page(reader, story_page(reader, row.path)).text.splitlines()
        if any(f"- {day} {one}" in written_there for one in known):
            return
        said = news.words or line
        said = said if len(said) <= _SHORT else f"{said[: _SHORT - 1].rstrip()}…"
        add_story_line(reader, row.path, line, gettext("News: {said}").format(said=said))


def _plain(words: str) -> str:
    """Words that are no mark and no identity; Markdown else stays what it is."""
    return _SIGNS.sub(lambda found: "\\" + found[0], words.replace("{#", "{ #"))


def _is_link(text: str) -> bool:
    if len(text) > MOST_LINK or not _URL.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.hostname) and parts.username is None


def _host(link: str, lang: str) -> str:
    host = (urlsplit(link).hostname or "").removeprefix("www.")
    return host if _HOST.fullmatch(host) else ("link" if lang == "en" else "lien")
