"""What texts are compared by: how they begin, their words, and which of these say something."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from wiki.api.meaning import content_stems, telling_words, text_digest
from wiki.api.pages import Page
from wiki.api.paths import slug

NEED, OFFER, PAGE = "need", "offer", "page"
#: the kinds of things that are near a text where nobody says which
KINDS = ("project", NEED, OFFER, "person", "organisation", "event", "dossier", "carrefour")
_ITEMS = {"besoins": NEED, "needs": NEED, "offres": OFFER, "offers": OFFER}
#: what is read of a text: it begins with what it is about
BEGINNING = 600
#: stems that short texts are taken to have: few words are no sign of nearness
_USUAL = 20
#: words that two texts on one subject share
_SUBJECT, _LESS = 2, 0.75


@dataclass(frozen=True)
class Text:
    """A page, or the need or offer ``identity`` on it: ``said`` begins with a line of its own."""

    identity: str
    kind: str
    title: str
    said: str
    themes: tuple[str, ...] = ()

    @property
    def digest(self) -> bytes:
        """Sixteen bytes that stand for what is read."""
        return text_digest(self.said)


def texts_of(page: Page) -> Iterator[Text]:
    """The page itself, and its open needs and offers."""
    themes = tuple(map(line, page.themes or page.head.words("skills")))
    yield Text("", page.type or PAGE, line(page.title), text_of(page, themes), themes)
    for block in page.document.blocks:
        kind = _ITEMS.get(block.name)
        if kind is None or block.args.strip():
            continue
        for item in block.items:
            if item.identity and item.is_open and item.plain:
                about = ". ".join(filter(None, (line(item.plain), ", ".join(item.keywords))))
                said = f"{about[:BEGINNING]}\n{item.nested[:BEGINNING]}".strip()
                yield Text(item.identity, kind, line(item.plain), said, item.keywords)


def text_of(page: Page, themes: Sequence[str] = ()) -> str:
    """What is read of a page: title, summary and themes in one line, then how it begins."""
    words = (line(page.title), line(page.summary), ", ".join(themes or page.themes))
    about = ". ".join(filter(None, words))
    return f"{about[:BEGINNING]}\n{line(page.document.words)[:BEGINNING]}".strip()


def asked_of(text: str) -> str:
    """What is read of a text that is asked about: its first line, and how it goes on."""
    head, _newline, rest = text.strip().partition("\n")
    return f"{line(head)[:BEGINNING]}\n{line(rest)[:BEGINNING]}".strip()


def line(words: str) -> str:
    """``words`` in one line."""
    return " ".join(words.split())


def weighed(said: str) -> dict[str, float]:
    """How much each telling stem says of a text: what is in the first line twice as much."""
    head = set(telling_words(said.partition("\n")[0]))
    stems = telling_words(said)
    length = sqrt(len(stems) + _USUAL)
    return {stem: (2.0 if stem in head else 1.0) / length for stem in stems}


def shared(one: str, other: str) -> float:
    """How many of their telling stems two texts share, 0 to 1: whole, or their first lines."""
    return max(_common(one, other), _common(one.partition("\n")[0], other.partition("\n")[0]))


def _common(one: str, other: str) -> float:
    ours, theirs = telling_words(one).keys(), telling_words(other).keys()
    both = len(ours & theirs)
    if both < _SUBJECT:
        return 0.0
    if both == _SUBJECT:
        return round(_LESS * both / sqrt(len(ours) * len(theirs)), 4)
    # Most of a short text in a long one: the rest of that is how, and not what.
    of_theirs = min(len(theirs), 2 * len(ours))
    return round(min(1.0, both / sqrt(len(ours) * of_theirs)), 4)


def shared_themes(said: Sequence[str], themes: Sequence[str]) -> list[str]:
    """Those of ``themes`` whose words all stand among the stems ``said``."""
    stems = set(said)
    found = {slug(one): one for one in themes if (own := content_stems(one)) and stems >= set(own)}
    return list(found.values())
