"""Old revisions as pages of ours: the front matter of their time mapped, the text kept (pure)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wiki.api.pages import read_head
from wiki.api.paths import slug

from .pages import clean_body, story_lines, with_head, with_story
from .records import Record

#: names of phases and events in old front matters → words
_PHASES = {
    "investigation": "Investigation",
    "construction": "Construction",
    "acceleration": "Accélération",
    "consolidation": "Consolidation",
    "success": "Opéré",
    "transfer": "Transféré",
    "alumni": "Arrêté",
}
_EVENTS = {
    "committee": "Passage en comité",
    "national_impact": "Impact national validé",
    "fast": "Financement FAST",
    "end": "Fin",
}


def revision_text(record: Record, themes: Mapping[str, str]) -> str:
    """The page as it stood at a revision; ``themes``: folded spelling → label."""
    reading = read_head(str(record["text"]))
    head = reading.head
    values: dict[str, Any] = {
        "type": "project",
        "title": head.text("title") or record["slug"],
        "summary": head.text("mission"),
        "themes": [themes.get(slug(word), word) for word in head.words("thematiques")],
        "audiences": list(head.words("usertypes")),
        "technologies": list(head.words("techno")),
        "website": head.text("link"),
        "repository": head.text("repository"),
        "accessibility": head.text("accessibility_status"),
        "source": record["slug"],
    }
    entries = [*_phases(head.get("phases")), *_events(head.get("events"))]
    return with_head(values, with_story(clean_body(reading.body), story_lines(entries)))


def author_of(identity: str) -> str:
    """The pseudonym that a revision is signed with."""
    return identity.replace("-", " ").capitalize()


def _phases(value: Any) -> list[dict[str, Any]]:
    return [
        {
            "kind": "phase",
            "state": _PHASES.get(str(one.get("name")), str(one.get("name") or "")),
            "date": _date(one.get("start")),
        }
        for one in _records(value)
    ]


def _events(value: Any) -> list[dict[str, Any]]:
    return [
        {
            "kind": "event",
            "state": _EVENTS.get(str(one.get("name")), str(one.get("name") or "")),
            "date": _date(one.get("date")),
            "note": one.get("comment"),
        }
        for one in _records(value)
    ]


def _records(value: Any) -> list[Mapping[str, Any]]:
    return (
        [one for one in value if isinstance(one, Mapping)]
        if isinstance(value, list | tuple)
        else []
    )


def _date(value: Any) -> str:
    """The day, where ``value`` begins with one."""
    text = str(value or "")[:10]
    try:
        return datetime.fromisoformat(text).date().isoformat() if len(text) == 10 else ""
    except ValueError:
        return ""
