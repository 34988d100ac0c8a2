"""Ways on from a search that found nothing: fewer words, fewer choices, and what is near."""

from dataclasses import replace
from typing import Any

from wiki.hookspecs.discovery import near, search_answer, search_ways
from wiki.pages.urls import page_url
from wiki.pages.words import fold
from wiki.projections.analysis import is_stop_word
from wiki.projections.searching.question import pieces, read_question
from wiki.reading import Reader
from wiki.reading.html import get_fact_label
from wiki.reading.lists import get_item, get_rows, say_choice
from wiki.web.search.hits import value_words
from wiki.web.search.query import Asked
from wiki.web.site_header import menu_of

#: pieces of a question that are left out in turn, and ways that are shown
_TRIED, _SHOWN, _NEAR = 6, 4, 5
#: what is near so few letters is anything
_TELLING = 4
#: pieces of a question that is rather a sentence
_SENTENCE = 6


def help_for(reader: Reader, asked: Asked) -> dict[str, Any]:
    """What ``search/_help.html`` wants, each way with how many answers it has."""
    return {
        "wordless": bool(asked.query.strip()) and read_question(asked.query).empty,
        "fewer": _fewer(reader, asked),
        "drops": _drops(reader, asked),
        "near": _near(reader, asked.query),
        "board": next((line.url for line in menu_of(reader) if line.kind == "need"), ""),
        "loose": replace(asked, exact=False).url() if asked.exact else "",
    }


def ways_on(reader: Reader, asked: Asked, total: int) -> list[dict[str, str]]:
    """Where plugins look for the same in other ways, for a question that words answer badly."""
    query = asked.query.strip()
    if len(query) < _TELLING or (total and len(pieces(query)) < _SENTENCE):
        return []
    found = reader.instance.plugins.call(search_ways, query, reader)
    return [{"label": one.label, "url": one.url} for one in found]


def answer_to(reader: Reader, asked: Asked) -> str:
    """Where a question is answered that was typed without any choice; "" for words."""
    if not asked.query.strip() or replace(asked, query="").asks or asked.exact or asked.order:
        return ""
    return reader.instance.plugins.call(search_answer, asked.query.strip(), reader)


def _fewer(reader: Reader, asked: Asked) -> list[dict[str, Any]]:
    """The question without one of its words, phrases or filters; else one of them alone."""
    said = pieces(asked.query)[:_TRIED]
    if len(said) < 2:
        return []
    without = [" ".join(said[:number] + said[number + 1 :]) for number in range(len(said))]
    found = _answered(reader, asked, without)
    if not found and len(said) > 2:
        found = _answered(reader, asked, [one for one in said if not is_stop_word(fold(one))])
    return found


def _answered(reader: Reader, asked: Asked, texts: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for text in dict.fromkeys(texts):
        fewer = replace(asked, query=text)
        if not read_question(text).empty and (count := fewer.count(reader)):
            found.append({"words": text, "count": count, "url": fewer.url()})
    return sorted(found, key=lambda one: int(one["count"]), reverse=True)[:_SHOWN]


def _drops(reader: Reader, asked: Asked) -> list[dict[str, Any]]:
    """The question without the choices of one facet, or without any."""
    found: list[dict[str, Any]] = []
    for key, values in asked.chosen.items():
        fewer = asked.without(key)
        if fewer.asks and (count := fewer.count(reader)):
            words = [value_words(reader, key, one, say_choice(reader, key, one)) for one in values]
            label = f"{get_fact_label(reader, key)}\u00a0: {', '.join(words)}"
            found.append({"label": label, "count": count, "url": fewer.url()})
    free = replace(asked, chosen={})
    if len(asked.chosen) > 1 and free.asks and (count := free.count(reader)):
        found.append({"label": "", "count": count, "url": free.url()})
    return found


def _near(reader: Reader, query: str) -> list[dict[str, Any]]:
    """What is near the words, with why."""
    if len(query.strip()) < _TELLING:
        return []
    fits = reader.instance.plugins.call(near, query, reader, (), _NEAR)
    rows = get_rows(reader, [one.path for one in fits])
    shown = []
    for one in fits:
        if (row := rows.get(one.path)) is None:
            continue
        item = get_item(reader, one.identity) if one.identity else None
        shown.append(
            {
                "url": page_url(one.path, one.identity),
                "title": item.plain if item else row.title,
                "why": list(one.reasons),
            }
        )
    return shown
