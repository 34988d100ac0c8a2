"""What became of projects, for programs: ``/-/api/v1/stories``."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from wiki.api.paths import page_url
from wiki.api.reading import Reader
from wiki.api.web.json_api import ApiList, ApiRoute

from .query import states_named
from .stories import Story, narrowed, stories

#: values of one facet that can be chosen, and the newest lines of a story that are told
_CHOICES, _LINES = 20, 10

Place = tuple[str | int, ...]


def _words(says: str) -> Any:
    return Field(default_factory=list, max_length=_CHOICES, description=says)


class StoriesAsked(BaseModel):
    """What stories are narrowed by: any of some values each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: list[str] = _words("The year in which it was shown, else of its first line.")
    theme: list[str] = _words("Any of these themes.")
    territory: list[str] = _words("Any of these territories.")
    state: list[str] = _words("Its state today: idea, prototype, …, finished, stopped, sleeping.")


class Line(BaseModel):
    """A line of a story: what happened on a day."""

    date: date
    state: str | None = Field(description="What it has been since, where the line says so.")
    text: str = Field(description="In bare words.")


class StoryOf(BaseModel):
    """A project, and what became of it."""

    path: str
    title: str
    url: str
    state: str = Field(description="Of today; `sleeping`: nothing was told for long; or empty.")
    lines: Sequence[Line] = Field(description="The newest lines of its story, newest first.")


def routes(_facets: Sequence[str]) -> Sequence[ApiRoute]:
    """The list of stories."""
    summary = "What became of projects: each with its state and the last lines of its story."
    return [ApiList("stories", "/stories", summary, StoriesAsked, StoryOf, _listed)]


def _listed(
    reader: Reader, asked: Any, after: Place | None, limit: int
) -> tuple[Sequence[Mapping[str, Any]], Place | None]:
    chosen: dict[str, Sequence[str]] = {
        key: values for key in StoriesAsked.model_fields if (values := getattr(asked, key))
    }
    if "state" in chosen:
        chosen["state"] = states_named(chosen["state"])
    found = narrowed(stories(reader), chosen)
    start = int(after[0]) if after else 0
    end = start + limit
    shown = [_values(one) for one in found[start:end]]
    return shown, (end,) if len(found) > end else None


def _values(story: Story) -> Mapping[str, Any]:
    turns = story.turns[:_LINES]
    return {
        "path": story.row.path,
        "title": story.row.title,
        "url": page_url(story.row.path),
        "state": story.word,
        "lines": [{"date": one.date, "state": one.state, "text": one.plain} for one in turns],
    }
