"""Answers for programs: ``/-/api/v1/ask``."""

import datetime
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from wiki.api.errors import BadField
from wiki.api.limits import count_request
from wiki.api.paths import page_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web.json_api import ApiAnswer, ApiRoute

from . import answers
from .kinds import LONGEST
from .links import place_url


class Asked(BaseModel):
    """What is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field("", max_length=LONGEST, description="A question, as one asks people.")
    question: str = Field("", max_length=LONGEST, description="The same, by its other name.")


class OnPage(BaseModel):
    """A page."""

    model_config = ConfigDict(extra="forbid")

    path: str
    title: str
    url: str = Field(description="The whole address, to the very place where there is one.")


class Passage(OnPage):
    """A passage that answers, word for word."""

    heading: str = Field(description="What it stands below; empty above the first heading.")
    text: str = Field(description="The words of the page: quote them, and name the page.")
    date: datetime.date | None = Field(
        description="Of a line of a story its day, else the last change by a person."
    )
    author: str = Field(description="Who changed the page last.")


class Project(OnPage):
    """A project, or another page, of a list, with the words that say why."""

    line: str
    date: datetime.date | None = Field(description="Of an event, its day.")


class Answer(BaseModel):
    """What the pages say, or that they do not: then only what is near."""

    model_config = ConfigDict(extra="forbid")

    question: str
    answered: bool
    kind: Literal["passages", "list", "state"]
    passages: list[Passage]
    projects: list[Project] = Field(description="Where a list was asked for.")
    near: list[OnPage] = Field(description="Pages near the question, where none answers.")
    total: int | None = Field(description="Of a list of the wiki's own, how many it has.")
    unread: int = Field(description="Passages not read by meaning yet: ask again in some minutes.")


def routes() -> Sequence[ApiRoute]:
    """The one question."""
    words = """What the wiki says to a question: passages of its pages, word for word.

    Where `answered` is false, the wiki does not say: do not make up what it might.
    """
    return [ApiAnswer("search", "ask", "/ask", words, Asked, Answer, ask)]


def ask(reader: Reader, asked: Any) -> dict[str, Any]:
    """The answer as the model has it."""
    count_request("search")
    question = asked.q or asked.question
    if not question:
        raise BadField("q", gettext("Ask a question."))
    told = answers.ask(question, reader)
    site = reader.instance.settings.public_url
    return {
        "question": told.question,
        "answered": told.answered,
        "kind": str(told.kind),
        "passages": [
            {
                "path": one.path,
                "title": one.title,
                "url": site + place_url(one.path, one.anchor, one.text),
                "heading": one.heading,
                "text": one.text,
                "date": one.date,
                "author": one.author,
            }
            for one in told.passages
        ],
        "projects": [
            {
                "path": one.path,
                "title": one.title,
                "url": site + place_url(one.path, one.anchor, one.line),
                "line": one.line,
                "date": one.day,
            }
            for one in told.projects
        ],
        "total": told.total,
        "unread": told.unread,
        "near": [
            {"path": one.path, "title": one.title, "url": site + page_url(one.path)}
            for one in told.near
        ],
    }
