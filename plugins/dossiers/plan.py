"""The plan that a new dossier begins with, until someone writes over it."""

import re

from wiki.api.pages import Page, read_document, without_hints
from wiki.api.translation import lazy, use_language

ASKED = lazy("Begin with the question: why now, and what is believed to be known?")
FINDINGS = lazy("One finding a paragraph, with a link to each project that shows it, or does not.")
READ = lazy("What was read, with its date.")
#: what told its author where to write, in dossiers from before templates alone held such words
HINTS = (ASKED, FINDINGS, READ)

TEACH = lazy("What the projects teach us")
SELECTION = lazy("The selection")
OTHERS = lazy("The other projects on these themes")
NEEDS = lazy("What they need now")
AGAIN = lazy("What is asked for again and again")
LATELY = lazy("What happened lately")
MISSING = lazy("What is missing")
SOURCES = lazy("Sources")
COUNTED = lazy("In all, this wiki knows {count} on these themes.")
#: a line of a selection without a word
_ADDRESS = re.compile(r"[\w-]+(?:/[\w-]+)+")
_HEADINGS = (TEACH, SELECTION, OTHERS, NEEDS, AGAIN, LATELY, MISSING, SOURCES)


def hints_left(page: Page) -> list[str]:
    """The hints that nobody has written over yet."""
    with use_language("en" if page.lang == "en" else "fr"):
        return [words for one in HINTS if (words := str(one)) in page.body]


def without_hints_left(page: Page, body: str) -> str:
    """``body``, made from ``page``, without those hints and without the chapters that are empty."""
    kept = without_hints(body, hints_left(page)).split("\n")
    gone: set[int] = set()
    for one in reversed(read_document("\n".join(kept)).headings):
        below = range(one.line + 1, one.end_line)
        if not any(kept[at].strip() for at in below if at not in gone):
            gone |= {one.line, *below}
    return "\n".join(line for at, line in enumerate(kept) if at not in gone).strip()


def own_words(page: Page) -> str:
    """What the author of ``page`` wrote: its words but for the plan and bare addresses."""
    with use_language("en" if page.lang == "en" else "fr"):
        plan = {_bare(str(one)) for one in (*HINTS, *_HEADINGS, COUNTED)}
    lines = page.document.words.splitlines()
    return "\n".join(
        line for line in lines if _bare(line) not in plan and not _ADDRESS.fullmatch(line.strip())
    )


def _bare(line: str) -> str:
    return " ".join(line.replace("{count}", "").split())
