"""Pages as cards: what each type shows of itself in a list."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from wiki.api.events import event_marks
from wiki.api.paths import action_url, file_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_page, get_fact_words
from wiki.api.reading.item_rows import get_last_news
from wiki.api.reading.rows import PageRow


def cards_of(reader: Reader, rows: Iterable[PageRow]) -> list[dict[str, Any]]:
    """The cards of ``rows``, in their order."""
    rows = list(rows)
    news = get_last_news(reader, [row.path for row in rows])
    marks = reader.instance.plugins.call(
        event_marks, [row.path for row in rows if row.type == "event"], reader
    )
    return [_card(reader, row, news.get(row.path), marks.get(row.path, "")) for row in rows]


def _card(reader: Reader, row: PageRow, news: date | None, mark: str) -> dict[str, Any]:
    common: dict[str, Any] = {
        "type": row.type,
        "title": row.title,
        "name": row.title,
        "url": page_url(row.path),
        "summary": row.summary,
        "territory": row.first("territory"),
    }
    if row.type == "person":
        skills = row.facts.get("skill", ())[:6]
        return {
            **common,
            "skills": [{"label": one, "url": _search("person", one)} for one in skills],
            "availability": "",
        }
    if row.type == "event":
        return {
            **common,
            "starts": _moment(row.first("starts"), reader),
            "place": row.first("place"),
            "kind": row.first("kind"),
            "mark": mark,
        }
    image = row.image
    return {
        **common,
        "state": get_fact_words(reader, "state", row.first("state")),
        "about_state": get_fact_page(reader, "state", row.first("state")),
        "themes": [{"label": one, "url": ""} for one in row.facts.get("theme", ())],
        "needs": 0,
        "news": news,
        "image": file_url(image, {"width": "480"}) if image and "://" not in image else "",
    }


def _search(kind: str, words: str) -> str:
    return action_url("search", query={"q": words, "type": kind})


def _moment(text: str, reader: Reader) -> datetime | None:
    """When an event starts; a time without an offset is the site's own."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=reader.instance.settings.zone)
