"""What stands before the text of each project: how far it is, where it takes place, who."""

from html import escape

from wiki.api.pages import Page
from wiki.api.paths import file_url, page_url
from wiki.api.reading import Reader, resolve_target
from wiki.api.reading.html import get_fact_label, get_fact_words
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, get_row, get_rows, list_team
from wiki.api.translation import gettext

_NEEDS = ("besoins", "needs")
#: needs and people of a project that are told
_MOST = 8


def opening(reader: Reader, page: Page) -> str:
    """The facts of a space as HTML; "" for a page that is none."""
    row = get_row(reader, page.path)
    if row is None or row.type not in ("project", "organisation", "event"):
        return ""
    pairs = [
        (get_fact_label(reader, key), ", ".join(get_fact_words(reader, key, one) for one in values))
        for key in ("state", "theme", "territory")
        if (values := row.facts.get(key, ())[:_MOST])
    ]
    if events := _presented(reader, row):
        pairs.append((get_fact_label(reader, "presented"), ", ".join(events)))
    people = [one.title for one in list_team(reader, row)[:_MOST]]
    if people:
        pairs.append((gettext("Team"), ", ".join(people)))
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in pairs)
    return (
        _face(page, row) + (f"<dl>{lines}</dl>" if lines else "") + _needs_elsewhere(reader, page)
    )


def _presented(reader: Reader, row: PageRow) -> list[str]:
    """The events that it was presented at, by name, as far as the reader sees them."""
    paths = [resolve_target(reader, one) for one in row.facts.get("presented", ())[:_MOST]]
    return [one.title for one in get_rows(reader, [path for path in paths if path]).values()]


def _face(page: Page, row: PageRow) -> str:
    """Its picture, where it does not stand in the text."""
    if not row.image or "://" in row.image or page.document.first_image:
        return ""
    return f'<p><img src="{escape(file_url(row.image))}" alt=""></p>'


def _needs_elsewhere(reader: Reader, page: Page) -> str:
    """Its open needs that another of its pages says: the text has the others."""
    asked = select_items(_NEEDS, states=("open",), subject=page.path)
    rows = [one for one in find_items(reader, asked, limit=4 * _MOST).rows if one.path != page.path]
    if not rows:
        return ""
    lines = "".join(f"<li>{escape(one.plain)} — {_link(one)}</li>" for one in rows[:_MOST])
    return f"<p><strong>{escape(gettext('What it needs now'))}</strong></p><ul>{lines}</ul>"


def _link(item: ItemRow) -> str:
    return f'<a href="{page_url(item.path)}">{escape(item.page_title)}</a>'
