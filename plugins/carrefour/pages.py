"""A record as the text of a page: front matter, body, and its story as a block (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wiki.api.pages import edit_head
from wiki.api.paths import slug

from .records import Record

#: states of the source → ours; the word itself stays in the line
STATES = {
    "investigation": "concept",
    "construction": "prototype",
    "acceleration": "pilote",
    "consolidation": "marché",
    "success": "marché",
    "opere": "marché",
    "transfer": "transmis",
    "transfere": "transmis",
    "investigation-non-concluante": "arrêté",
    "alumni": "arrêté",
    "arrete": "arrêté",
}
_HTML = (
    (re.compile(r"<br\s*/?>", re.I), "  \n"),
    (re.compile(r"<a\s[^>]*?href=[\"']([^\"'>]*)[\"'][^>]*>(.*?)</a>", re.I | re.S), r"[\2](\1)"),
    (re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.I | re.S), None),
    (re.compile(r"<iframe\b.*?</iframe>", re.I | re.S), ""),
    (re.compile(r"</?(?:abbr|sup|sub|span|div|p|u|center)\b[^>]*>", re.I), ""),
)


def project_text(record: Record, team: Iterable[str], sponsors: Iterable[str]) -> str:
    """The page of a project; ``team`` and ``sponsors`` are paths of pages."""
    head = {
        "type": "project",
        "title": record["title"],
        "summary": record.get("summary"),
        "themes": record.get("themes"),
        "territory": record.get("territory"),
        "team": [f"[[{path}]]" for path in team],
        "sponsors": [f"[[{path}]]" for path in sponsors],
        "audiences": record.get("audiences"),
        "technologies": record.get("technologies"),
        "website": record.get("website"),
        "repository": record.get("repository"),
        "accessibility": record.get("accessibility"),
        "source": record["slug"],
    }
    body = clean_body(record.get("body_markdown") or "")
    story = story_lines(record.get("status_history") or ())
    return with_head(head, with_story(body, story))


def person_text(record: Record, title: str) -> str:
    """The page of a person: what they can, and no offer, since they made none."""
    head = {
        "type": "person",
        "title": title,
        "summary": record.get("role"),
        "skills": record.get("skills"),
        "domain": record.get("domain"),
        "source": record["id"],
    }
    return with_head(head, clean_body(record.get("bio_markdown") or ""))


def organisation_text(record: Record) -> str:
    """The page of an organisation."""
    head = {
        "type": "organisation",
        "title": record.get("name") or record["id"],
        "acronym": record.get("acronym"),
        "kind": record.get("kind"),
        "domain": record.get("domain"),
        "source": record["id"],
    }
    return with_head(head, clean_body(record.get("description") or ""))


def with_head(head: Mapping[str, Any], body: str) -> str:
    """``body`` below the values of ``head`` that say something."""
    return edit_head(body, {key: _plain(value) for key, value in head.items() if value})


def story_lines(entries: Sequence[Record]) -> list[str]:
    """The lines of a story, newest first; entries without a date are left out."""
    lines = []
    known = [one for one in entries if isinstance(one, Mapping)]
    for entry in sorted(known, key=lambda one: str(one.get("date") or ""), reverse=True):
        if not (date := entry.get("date")):
            continue
        word = str(entry.get("state") or "").strip()
        said = " : ".join(part for part in (word, _one_line(entry.get("note"))) if part)
        state = STATES.get(slug(word), "") if entry.get("kind") == "phase" else ""
        start = f"- {date} {state}".rstrip()
        lines.append(f"{start} — {said}" if said else start)
    return lines


def with_story(body: str, lines: Sequence[str]) -> str:
    """``body`` with its story at the end, as a block."""
    if not lines:
        return body
    story = "\n".join(lines)
    return f"{body.rstrip()}\n\n## Historique\n\n::: historique\n{story}\n\n:::\n".lstrip()


def clean_body(text: str) -> str:
    """Markdown whose few bits of HTML are written as Markdown too; line ends LF, one at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for pattern, replacement in _HTML:
        text = pattern.sub(_heading if replacement is None else replacement, text)
    return text.strip() + "\n" if text.strip() else ""


def _heading(found: re.Match[str]) -> str:
    return f"\n\n{'#' * int(found[1])} {_one_line(found[2])}\n\n"


def _one_line(text: Any) -> str:
    return " ".join(str(text or "").split())


def _plain(value: Any) -> Any:
    """A value that a front matter can hold: lists of texts, or one line of text."""
    if isinstance(value, (list, tuple)):
        return [_one_line(one) for one in value]
    return _one_line(value)
