"""What the reader may have meant to type, from words of public pages only; what is nowhere."""

import re
from unicodedata import normalize

from wiki.projections.analysis import forms, is_stop_word
from wiki.projections.searching.index.schema import LEVELS, words_field
from wiki.projections.searching.index.slots import Slot
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.question import Question

_RUN = re.compile(r"[^\W_]+")
_PUBLIC = LEVELS[0]


def corrected(snapshot: Snapshot, question: Question, slots: list[Slot]) -> str:
    """The question with its misspelt words put right, as typed otherwise; "" if none is."""
    instead: dict[str, str] = {}
    for slot in slots:
        for near in slot.near:
            if spelt := _as_written(snapshot, near.form):
                instead[slot.word.form] = spelt
                break
    if not instead:
        return ""
    return _RUN.sub(lambda match: instead.get(forms(match[0])[0], match[0]), question.text).strip()


def missing(question: Question, slots: list[Slot]) -> tuple[str, ...]:
    """The words, as typed, that no page has which who asks may see, nor anything near them."""
    nowhere = {slot.word.form for slot in slots if not slot.scores.any()}
    nowhere = {form for form in nowhere if not is_stop_word(form)}
    typed = (run for run in _RUN.findall(question.text) if forms(run)[0] in nowhere)
    return tuple(dict.fromkeys(typed))


def _as_written(snapshot: Snapshot, form: str) -> str:
    """``form`` with the accents that a public page gives it; "" where no public page has it."""
    visible = snapshot.visible(frozenset((_PUBLIC,)))
    public = [
        # By path: numbers of documents depend on those that are not public.
        (-weight, snapshot.paths[document], document)
        for found in snapshot.postings(words_field(_PUBLIC), form)
        for document, weight in zip(found.documents.tolist(), found.weights.tolist(), strict=True)
        if visible[document]
    ]
    if not public:
        return ""
    card = snapshot.card(min(public)[2])
    text = normalize("NFC", f"{card.title} {card.summary} {card.text}")
    for run in _RUN.findall(text):
        if forms(run)[0] == form:
            return str(run).lower()
    return form
