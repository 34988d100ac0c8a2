"""An urn: all answers about one project at one event, as one value that knows no order (pure).

What is ticked is a number; texts lie in one list a question, in the order of the alphabet. So two
urns with the same answers are the same bytes, whoever came first, and nothing in them says which
texts are one person's.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True)
class Answer:
    """One person's answer about one project: question → what was ticked, question → text."""

    ticked: Mapping[str, Sequence[str]]
    texts: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not any(self.ticked.values()) and not any(self.texts.values())


@dataclass(frozen=True)
class Held:
    """A text that the chosen reader holds back; ``left`` is what the team reads of it, often ""."""

    question: str
    text: str
    left: str
    reason: str


@dataclass(frozen=True)
class Urn:
    """``count`` people answered."""

    count: int = 0
    ticked: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    held: Sequence[Held] = ()

    def with_answer(self, answer: Answer) -> "Urn":
        """The urn once ``answer`` is in it."""
        ticked = {question: Counter(found) for question, found in self.ticked.items()}
        for question, words in answer.ticked.items():
            ticked.setdefault(question, Counter()).update(set(words))
        texts = {question: list(found) for question, found in self.texts.items()}
        for question, text in answer.texts.items():
            if text:
                texts.setdefault(question, []).append(text)
        return Urn(self.count + 1, ticked, _sorted(texts), self.held)

    def holding(self, mark: str, reason: str, passage: str = "") -> "Urn | None":
        """The urn without the text of that ``mark``, or without a passage of it.

        None where there is no such text, or no such passage in it.
        """
        found = self.find(mark)
        if found is None or (passage and passage not in found[1]):
            return None
        question, text = found
        left = text.replace(passage, "[…]") if passage and passage != text else ""
        texts = {name: list(lines) for name, lines in self.texts.items()}
        texts[question].remove(text)
        held = Held(question, text, left, reason)
        return Urn(self.count, self.ticked, texts, sorted([*self.held, held], key=_key))

    def giving_back(self, mark: str) -> "Urn | None":
        """The urn with a text that was held back; None where there is no such one."""
        for index, one in enumerate(self.held):
            if mark_of(one.question, one.text) == mark:
                texts = {name: list(lines) for name, lines in self.texts.items()}
                texts.setdefault(one.question, []).append(one.text)
                held = [*self.held[:index], *self.held[index + 1 :]]
                return Urn(self.count, self.ticked, _sorted(texts), held)
        return None

    def opened(self) -> "Urn":
        """As the team gets it: of what is held back, what is left; the rest is gone for good."""
        texts = {name: list(lines) for name, lines in self.texts.items()}
        for one in self.held:
            if one.left:
                texts.setdefault(one.question, []).append(one.left)
        held = [Held(one.question, "", "", one.reason) for one in self.held]
        return Urn(self.count, self.ticked, _sorted(texts), sorted(held, key=_key))

    def find(self, mark: str) -> tuple[str, str] | None:
        """The question and the text of that mark."""
        for question, lines in self.texts.items():
            for text in lines:
                if mark_of(question, text) == mark:
                    return question, text
        return None

    def shuffled(self, question: str, salt: str) -> list[str]:
        """The texts of a question in an order of chance, the same each time."""
        lines = self.texts.get(question, ())
        return sorted(lines, key=lambda text: sha256(f"{salt}:{text}".encode()).digest())


def mark_of(question: str, text: str) -> str:
    """What a text is called in a form: it says nothing of where it came from."""
    return sha256(f"{question}:{text}".encode()).hexdigest()[:20]


def written(urn: Urn) -> str:
    """The urn as its row holds it."""
    return json.dumps(
        {
            "count": urn.count,
            "ticked": {name: dict(sorted(found.items())) for name, found in urn.ticked.items()},
            "texts": urn.texts,
            "held": [[one.question, one.text, one.left, one.reason] for one in urn.held],
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def read(words: str) -> Urn:
    """The urn that a row holds; an empty one for no words."""
    if not words:
        return Urn()
    kept = json.loads(words)
    held = [Held(*one) for one in kept["held"]]
    return Urn(kept["count"], kept["ticked"], kept["texts"], held)


def _sorted(texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {question: sorted(lines) for question, lines in sorted(texts.items())}


def _key(one: Held) -> tuple[str, str, str, str]:
    return one.question, one.text, one.left, one.reason
