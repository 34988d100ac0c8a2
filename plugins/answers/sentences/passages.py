"""``supported``: sentences of the model that stand, each with the passages that say so."""

from dataclasses import dataclass

from wiki.api.reading import Reader

from .. import answers
from . import citation, model, prompt
from .support import is_supported


@dataclass(frozen=True)
class Told:
    """A sentence, and the numbers of the passages that say it, from 1."""

    text: str
    cited: tuple[int, ...]


def chosen(question: str, reader: Reader) -> answers.Answer:
    """The answer whose passages the model is given."""
    return answers.ask(question, _audience(reader))


def supported(question: str, reader: Reader) -> tuple[list[Told], answers.Answer]:
    """What stands of what the model says, and the answer whose passages it was given."""
    settings = reader.instance.settings
    answer = chosen(question, reader)
    if not answer.answered or not answer.passages:
        return [], answer
    sent = [prompt.Passage(one.title, one.heading, one.text) for one in answer.passages]
    said = model.complete(settings, prompt.messages(answer.question, sent))
    return list(filter(None, (_stands(one, sent) for one in citation.read_sentences(said)))), answer


def _audience(reader: Reader) -> Reader:
    """Under whose eyes passages are chosen: a server elsewhere gets what everybody may read."""
    settings = reader.instance.settings
    if model.is_elsewhere(settings) and not settings.answer_model_restricted:
        return Reader(reader.instance)
    return reader


def _stands(sentence: citation.Sentence, sent: list[prompt.Passage]) -> Told | None:
    """The sentence with those of the passages it names that say it; None where none does."""
    if not all(1 <= number <= len(sent) for number in sentence.cited):
        return None
    cited = tuple(
        number
        for number in sentence.cited
        if is_supported(
            sentence.text,
            sent[number - 1].text,
            f"{sent[number - 1].title}\n{sent[number - 1].heading}",
        )
    )
    return Told(sentence.text, cited) if cited else None
