"""What a reader typed, read so that nothing they type is wrong.

::

    lora "objets connectés" -drone titre:ferme theme:agriculture type:besoin
    words, a phrase,        without, in titles, and filters

What is no field stays a word: ``https://…`` and ``12:30`` are looked for as they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

from wiki.pages.words import fold, slug
from wiki.projections.analysis import Word, is_stop_word, plain_words, words

#: what is typed beyond this is not read
LONGEST = 400
MOST_WORDS = 24

#: words that readers use for the filters, folded
FIELDS = {
    "type": "type",
    "theme": "theme",
    "themes": "theme",
    "territoire": "territory",
    "territory": "territory",
    "maturite": "maturity",
    "maturity": "maturity",
    "presente": "presented",
    "presented": "presented",
}
_TITLE = {"titre", "title"}
_KINDS = {
    "projet": "project",
    "projets": "project",
    "projects": "project",
    "personne": "person",
    "personnes": "person",
    "people": "person",
    "organisations": "organisation",
    "organization": "organisation",
    "evenement": "event",
    "evenements": "event",
    "events": "event",
    "dossiers": "dossier",
    "besoin": "need",
    "besoins": "need",
    "needs": "need",
    "offre": "offer",
    "offres": "offer",
    "offers": "offer",
    "pages": "page",
}

_PIECE = re.compile(
    r"""(?P<minus>(?<!\S)-)?
        (?: (?P<key>[^\W\d_]+):(?=[^\s/]) )?
        (?: ["“«](?P<phrase>[^"”»]*)(?:["”»]|$) | (?P<run>[^\s"“”«»]+) )""",
    re.VERBOSE,
)


@dataclass
class Question:
    """What is looked for. ``words`` rank; phrases, titles and filters must hold, ``without`` not.

    ``places`` of the words count the words that were typed, stop words included, so that neighbours
    are known. ``last`` is the word that may be unfinished.
    """

    text: str = ""
    words: list[Word] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    phrases: list[list[Word]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    without: list[list[Word]] = field(default_factory=list)
    filters: dict[str, set[str]] = field(default_factory=dict)
    refused: dict[str, set[str]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing is looked for."""
        return not (self.words or self.without or self.titles or self.filters or self.refused)

    @property
    def last(self) -> str:
        """The word that the reader may still be typing; "" if none."""
        if not self.typed or self.text[-1:].isspace():
            return ""
        end = Word(self.typed[-1], len(self.typed) - 1)
        return end.form if end in self.words else ""


def read_question(text: str, filters: Mapping[str, tuple[str, ...]] | None = None) -> Question:
    """The question of ``text`` and of ``filters`` chosen beside it."""
    # Some characters become several.
    text = normalize("NFC", text[:LONGEST])[:LONGEST]
    question = Question(text)
    for key, values in (filters or {}).items():
        question.filters.setdefault(key, set()).update(_value(key, value) for value in values)
    ended_open = True
    for match in _PIECE.finditer(text):
        ended_open = _take(question, match)
    question.words = _telling(question.words)[:MOST_WORDS]
    if not ended_open:
        question.text += " "
    return question


def pieces(text: str) -> list[str]:
    """The words, phrases and filters of ``text``, each as it was typed."""
    return [match[0] for match in _PIECE.finditer(text[:LONGEST])]


def _take(question: Question, match: re.Match[str]) -> bool:
    """Adds a piece; whether it is a plain run of words, which the next letters would go on."""
    minus, key, phrase, run = match["minus"], match["key"], match["phrase"], match["run"]
    said = phrase if phrase is not None else run
    name = FIELDS.get(fold(key)) if key else None
    if name is not None:
        chosen = question.refused if minus else question.filters
        chosen.setdefault(name, set()).update(_value(name, value) for value in said.split(","))
        return False
    in_title = key is not None and fold(key) in _TITLE
    if key and not in_title:
        # No field of ours: the key is a word too.
        said = f"{key} {said}"
    if not (found := list(words(said))):
        return run is not None
    if minus:
        whole = _gapless(found)
        question.without += [whole] if phrase is not None else [[word] for word in whole]
        return False
    if in_title:
        question.titles += plain_words(said)
    elif phrase is not None:
        question.phrases.append(_gapless(found))
    start = len(question.typed)
    question.words += [Word(form, start + place) for form, place in found]
    question.typed += plain_words(said)
    return run is not None


def _gapless(found: list[Word]) -> list[Word]:
    """The whole words of a phrase without their parts."""
    whole: dict[int, Word] = {}
    for word in found:
        whole.setdefault(word.place, word)
    return list(whole.values())


def _telling(found: list[Word]) -> list[Word]:
    """Without stop words, unless there is nothing else; each form once."""
    kept = [word for word in found if not is_stop_word(word.form)] or found
    return list({word.form: word for word in reversed(kept)}.values())[::-1]


def _value(key: str, value: str) -> str:
    """A filter's value as it is compared: a kind for ``type``, else a slug."""
    value = slug(value)
    return _KINDS.get(value, value) if key == "type" else value
