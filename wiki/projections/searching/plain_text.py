"""Texts as results show them: without signs, days in words (pure)."""

import re
from datetime import date
from functools import lru_cache
from unicodedata import normalize

from babel.dates import format_date

from wiki.pages.paths import title_from_path

# Each begins with the signs that it is about and looks behind them then: so ``re`` passes over all
# others at once, where a look behind that comes first is tried at each character.
#: what items are marked with: themes by ``#``, territories by ``@``
_MARKS_OF_ITEMS = re.compile(r'[@#](?<!\S.)(?:(?<=@)"([^"\n]{1,80})"|(?=\w))')
#: an item's days, by the names that they have in texts: until when, and when it was seen last
_SEEN = re.compile(r"(?<!\S)(?:vu|seen):\S+\s?", re.IGNORECASE)
_BEFORE_DAY = re.compile(r"(?<!\S)(avant|before):\s?(?=\d{4}-)", re.IGNORECASE)
_DAY = re.compile(r"(\d(?<![\w-].)\d{3})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})\S*)?(?![\w-])")
#: signs of Markdown that stand alone, in code that explains it above all: of headings, blocks,
#: boxes of tasks, table lines, fences, broken lines; and of an item before a day
_SIGNS = re.compile(
    r"[#:\[|`\\*+-](?<!\S.)(?:(?<=\#)\#{0,5}|(?<=:):{2,}|(?<=-)\s\[[ xX]\]|(?<=\[)[ xX]\]"
    r"|(?<=\|)(?:[\s:-]*\|)*|(?<=`)`{0,2}|(?<=-)-{2,}|(?<=\\)|(?<=[-*+])(?=\s\d{4}-\d{2}))"
    r"(?!\S)\s?"
)
_PAIRED = re.compile(r"(\*\*|__|~~|`)(?=\S)([^*_~`\n]{1,200}?)(?<=\S)\1")
#: a link to a page, without words of its own: the last part of the path is hyphenated
_PATH = re.compile(r"(?<![^\s(«“])(?:[a-z0-9-]+/)+([a-z0-9]+(?:-[a-z0-9]+)+)(?![\w/-])")
_END_OF_PATH = re.compile("/[a-z0-9]+-[a-z0-9]")


def say_plainly(text: str, lang: str) -> str:
    """``text`` as one would say it: without the signs of Markdown and items, days in words."""
    text = normalize("NFC", text)
    if _has(text, "vu:", "seen:"):
        text = _SEEN.sub("", text)
    text = _SIGNS.sub("", _MARKS_OF_ITEMS.sub(lambda found: found[1] or "", text))
    text = _PAIRED.sub(r"\2", text)
    if _END_OF_PATH.search(text):
        text = _PATH.sub(lambda found: title_from_path(found[1]), text)
    if _has(text, "avant:", "before:"):
        text = _BEFORE_DAY.sub(lambda found: f"{found[1].lower()} ", text)
    return _DAY.sub(lambda found: _day(found, lang), text)


def _has(text: str, *names: str) -> bool:
    """Whether one of ``names`` is there, in whatever case; a pattern takes far longer."""
    folded = text.casefold()
    return any(name in folded for name in names)


def _day(found: re.Match[str], lang: str) -> str:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[0]
    words = _long_day(day, lang)
    return f"{words}, {found[4]}:{found[5]}" if found[4] else words


@lru_cache(maxsize=2048)
def _long_day(day: date, lang: str) -> str:
    words = str(format_date(day, "long", locale=lang))
    # CLDR writes “1 mars”; French says the first as an ordinal.
    return f"1er{words[1:]}" if lang == "fr" and day.day == 1 else words
