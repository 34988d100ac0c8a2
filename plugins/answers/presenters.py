"""An answer as it is shown: quotes with their places, a list, or what is near and whom to ask."""

from typing import Any
from urllib.parse import urlencode

from wiki.api.meaning import fold
from wiki.api.panels import MenuItem, people_to_ask
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web.open_forms import beginning

from .answers import Answer, Listed, Quote
from .kinds import LONGEST
from .links import place_url, read_step
from .names import named_pages
from .sentences.model import host_of, is_elsewhere, is_named
from .vectors import shelf_for


def present(reader: Reader, question: str, answer: Answer | None) -> dict[str, Any]:
    """What ``answers/ask.html`` and ``answers/_beside.html`` want."""
    asked = answer.question if answer is not None else question[:LONGEST]
    return {
        "question": asked,
        "longest": LONGEST,
        "cut": len(" ".join(question.split())) > len(asked),
        "url": action_url("ask", query={"q": asked}),
        "answer": None if answer is None else _told(reader, answer),
        **_sentences(reader, asked, answer),
    }


def _sentences(reader: Reader, asked: str, answer: Answer | None) -> dict[str, Any]:
    """Where a model puts the answer into sentences, and which server is sent the question."""
    settings = reader.instance.settings
    named = is_named(settings)
    return {
        "sentences_url": action_url("ask/sentences", query={"q": asked})
        if named and answer is not None and answer.answered
        else "",
        "sent_to": host_of(settings) if named and is_elsewhere(settings) else "",
        "sent_restricted": settings.answer_model_restricted,
    }


def _told(reader: Reader, answer: Answer) -> dict[str, Any]:
    ask = None if answer.answered else whom_to_ask(reader, answer.question)
    return {
        "answered": answer.answered,
        "kind": answer.kind,
        "quotes": [] if answer.projects else [_quote(reader, one) for one in answer.passages],
        "listed": [_listed(one) for one in answer.projects],
        "near": [{"title": one.title, "url": page_url(one.path)} for one in answer.near],
        "total": answer.total,
        "unread": answer.unread,
        "ask": None if ask is None else {"label": ask.label, "url": ask.url},
    }


def whom_to_ask(reader: Reader, question: str) -> MenuItem | None:
    """Who looks after the one page that the question names, else everyone, by a need."""
    if not question:
        return None
    plugins, seen = reader.instance.plugins, shelf_for(reader).seen(reader.audience)
    named = named_pages(seen, question)
    if len(named) == 1:
        path = seen.pages[named[0]].path
        if team := plugins.call(people_to_ask, question, path, reader):
            return team
    form = plugins.call(beginning.named("need"))
    url = f"{form}?{urlencode({'title': question})}"
    return MenuItem(gettext("Ask the network"), url) if form else None


def _quote(reader: Reader, one: Quote) -> dict[str, Any]:
    lines = one.text.split("\n")
    steps = [_step(reader, line) for line in lines]
    return {
        "title": one.title,
        "url": page_url(one.path),
        "heading": one.heading,
        "heading_url": page_url(one.path, one.anchor),
        "place": place_url(one.path, one.anchor, one.text),
        "lines": lines,
        "steps": steps if all(steps) else [],
        "date": one.date,
        "author": one.author,
    }


def _step(reader: Reader, line: str) -> dict[str, Any] | None:
    """A line of a story, with its state as pages say it."""
    read = read_step(line)
    if read is None:
        return None
    day, state, text = read
    return {"date": day, "state": _state_words(reader, state), "text": text}


def _state_words(reader: Reader, written: str) -> str:
    """A state as pages show it, where it was written as they know it; else as it was written."""
    known = reader.instance.fact_keys.get("state")
    if known is None or known.words is None:
        return written
    same = fold(written)
    return next((str(one) for one in known.words.values() if fold(str(one)) == same), written)


def _listed(one: Listed) -> dict[str, Any]:
    return {
        "title": one.title,
        "url": page_url(one.path),
        "place": place_url(one.path, one.anchor, one.line),
        "line": " ".join(one.line.split()),
        "date": one.day,
    }
