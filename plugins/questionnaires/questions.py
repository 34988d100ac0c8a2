"""The three questions, in words; what is typed, as an answer. No marks, no stars."""

import unicodedata
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from wiki.api.errors import BadField
from wiki.api.translation import gettext, lazy

from .ballots import Answer

#: characters of one text
LONGEST = 600
HELPED, LACKING, KNOWN = "helped", "lacking", "known"
_KEPT = "\n\u200c\u200d"


@dataclass(frozen=True)
class Question:
    """``name`` is that of its fields; ``ticks`` are words to tick, by key."""

    name: str
    label: str
    words: str
    ticks: dict[str, str]


QUESTIONS = (
    Question(
        HELPED,
        lazy("What spoke to you?"),
        lazy("In a few words"),
        {
            "need": lazy("The need it answers"),
            "idea": lazy("The idea"),
            "shown": lazy("What was shown"),
            "team": lazy("The team"),
            "told": lazy("The way it was told"),
        },
    ),
    Question(
        LACKING,
        lazy("What is still missing, or unclear?"),
        lazy("In a few words"),
        {
            "whom": lazy("Whom it is for"),
            "how": lazy("How it works"),
            "cost": lazy("What it costs"),
            "proof": lazy("A trial in real life"),
            "next": lazy("What comes next"),
        },
    ),
    Question(
        KNOWN,
        lazy("Do you know someone, or something, that would help them?"),
        lazy("A name, a place, a tool, a lead"),
        {},
    ),
)


def typed(form: MultiDict[str, str]) -> Answer:
    """The answer that a form holds; what no form of ours has is passed over.

    Raises BadField where a text is too long.
    """
    ticked, texts = {}, {}
    for question in QUESTIONS:
        name = question.name
        found = {word for word in form.getlist(name) if word in question.ticks}
        if found:
            ticked[name] = sorted(found)
        text = plain(form.get(f"{name}_words", ""))
        if len(text) > LONGEST:
            words = gettext("Please shorten this to {count} characters: nothing was sent yet.")
            raise BadField(f"{name}_words", words.format(count=LONGEST))
        if text:
            texts[name] = text
    return Answer(ticked, texts)


def plain(text: str) -> str:
    """``text`` as it is kept: composed, without what cannot be seen, no blank at its ends."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = (char for char in lines if char in _KEPT or unicodedata.category(char)[0] != "C")
    return "".join(seen).strip()
