"""Stories in words: what the page, the blocks and the feed show of a project."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from wiki.api.pages.blocks import BlockContext
from wiki.api.paths import action_url, page_url, slug
from wiki.api.reading import Reader, get_title
from wiki.api.reading.html import get_fact_page, render_line, render_passage
from wiki.api.translation import lazy

from .closed_projects import Named, named
from .model import CLOSED, MATURITIES, SLEEPING, STATE_WORDS, Step
from .stories import One, Story, Turn, stories

Values = dict[str, Any]
_APART = {SLEEPING: lazy("no news for long"), CLOSED: lazy("space closed")}
#: from so many characters on, the last words of an end are what it taught
_TAUGHT = 60
#: words shorter than this say how, and are no sentence
_BRIEF = 25


def state_values(reader: Reader | None, state: str | None) -> Values:
    """A state in a word, and the page that says what it means."""
    if not state:
        return {"state": "", "about": None}
    word = str(_APART.get(state) or STATE_WORDS[state])
    about = get_fact_page(reader, "state", state) if reader is not None else None
    return {"state": word, "about": about}


def turn_values(reader: Reader, turn: Turn) -> Values:
    """A line of a story, as ``ui.timeline`` wants it."""
    return {
        "date": turn.date,
        **state_values(reader, turn.state),
        "html": render_line(reader, turn.text, turn.path),
    }


def everything(reader: Reader, below: str = "index") -> list[Story | Named]:
    """Stories, and what programmes say of closed projects; the newest words first."""
    found: list[Story | Named] = [*stories(reader, below), *named(reader, below)]
    return sorted(found, key=_order)


def _order(one: Story | Named) -> tuple[int, str]:
    if isinstance(one, Named):
        return -one.day.toordinal(), one.title.casefold()
    return -(one.newest.date.toordinal() if one.newest else 0), one.row.title.casefold()


def list_values(reader: Reader, one: Story | Named, context: BlockContext | None = None) -> Values:
    """What a list shows of a project; ``event`` is where a closed one was presented."""
    if isinstance(one, Story):
        return {"event": None, **story_values(reader, one, context)}
    event = one.events[0]
    said = {"title": one.title, "url": "", "summary": one.summary, "date": one.day}
    empty = dict.fromkeys(("html", "nested", "territory"), "")
    flags = dict.fromkeys(("brief", "taught", "sleeps"), False)
    link = {"label": get_title(reader, event), "url": page_url(event)}
    state = {"word": CLOSED, **state_values(None, CLOSED), "asleep": None}
    return {**empty, **flags, **said, **state, "event": link}


def story_values(reader: Reader, story: Story, context: BlockContext | None = None) -> Values:
    """What a list shows of a project: its last sentence, its state, where it is, its news' day.

    The newest line may have no words of its own: then the one before says more.
    """
    spoken = next((one for one in story.turns if one.text.strip()), None)
    newest = story.newest
    ended = story.state == "stopped"
    words = ""
    state = state_values(reader, story.state)
    if spoken is not None and slug(spoken.plain) == slug(state["state"]):
        # The word itself, once more, says nothing.
        spoken = None
    if spoken is not None:
        words = (
            context.inline(spoken.text)
            if context
            else render_line(reader, spoken.text, spoken.path)
        )
    return {
        "title": story.row.title,
        "url": page_url(story.row.path),
        "summary": story.row.summary,
        "html": words,
        "nested": render_passage(reader, spoken.nested, spoken.path)
        if ended and spoken and spoken.nested
        else "",
        "brief": bool(spoken and not spoken.nested and len(spoken.plain) < _BRIEF),
        "taught": bool(ended and spoken and (spoken.nested or len(spoken.text) >= _TAUGHT)),
        "date": newest.date if newest else None,
        "word": story.word,
        **state,
        "asleep": state_values(reader, SLEEPING)["about"] if story.sleeps else None,
        "sleeps": story.sleeps,
        "territory": ", ".join(story.row.facts.get("territory", ())),
    }


def by_year(told: Sequence[One]) -> list[tuple[str, list[One]]]:
    """Stories by their year, the last one first; those without any at the end."""
    years: dict[str, list[One]] = {}
    for story in told:
        years.setdefault(story.year, []).append(story)
    return sorted(years.items(), key=lambda one: one[0], reverse=True)


def stairs(reader: Reader | None, steps: Sequence[Step | Turn], today: date) -> list[Values]:
    """The five maturities in their order: which were reached, since when, and where it is now.

    Nothing where fewer than two were: then there is no way to show.
    """
    reached: dict[str, str] = {}
    now = ""
    latest = ""
    for step in steps:
        day = step.date if isinstance(step.date, str) else step.date.isoformat()
        if step.state not in MATURITIES or day > today.isoformat():
            continue
        reached[step.state] = min(day, reached.get(step.state, day))
        if day > latest:
            now, latest = step.state, day
    if len(reached) < 2:
        return []
    return [
        {
            **state_values(reader, name),
            "reached": name in reached,
            "here": name == now,
            "date": date.fromisoformat(reached[name]) if name in reached else None,
        }
        for name in MATURITIES
    ]


def stories_url(asked: Mapping[str, Sequence[str]]) -> str:
    """The address of the page of stories, narrowed down."""
    pairs = urlencode([(key, one) for key, values in asked.items() for one in values])
    return action_url("status/stories") + (f"?{pairs}" if pairs else "")
