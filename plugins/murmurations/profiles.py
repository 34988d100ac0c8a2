"""Profiles in two schemas of the Murmurations Library, of what everybody may read.

``organizations_schema-v1.0.0`` for projects, organisations and carrefours;
``offers_wants_schema-v0.1.0`` for open needs and offers.
"""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from wiki.api.paths import action_url, file_url, page_url, slug
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, iterate_items, select_items
from wiki.api.reading.rows import PageRow, iterate_rows, select

GROUPS, WANTS = "organizations_schema-v1.0.0", "offers_wants_schema-v0.1.0"
TYPES = ("project", "organisation", "carrefour")
_NEEDS, _OFFERS = ("besoins", "needs"), ("offres", "offers")
_OPEN = ("", " ")
#: what the schema takes of a name, of one tag, of tags
_NAME, _TAG, _TAGS = 200, 100, 100
#: what people write for everywhere
_EVERYWHERE = frozenset({"france", "france-entiere", "partout"})

Profile = dict[str, Any]


def group_profile(visitor: Reader, row: PageRow) -> Profile:
    """A project, an organisation or a carrefour."""
    site = visitor.instance.settings.public_url
    image = "" if not row.image or "://" in row.image else file_url(row.image, {"width": "960"})
    places = row.facts.get("territory", ())
    return _said(
        {
            "linked_schemas": [GROUPS],
            "name": row.title[:_NAME],
            "primary_url": site + page_url(row.path),
            "description": row.summary,
            "tags": _tags(row.facts.get("theme", ())),
            "image": site + image if image else "",
            "rss": site + action_url("feed", f"{row.path}.atom"),
            "geographic_scope": _scope(places) if places else "",
        }
    )


def item_profile(visitor: Reader, item: ItemRow) -> Profile:
    """An open need or offer; whoever answers does so at its page, without an address."""
    settings = visitor.instance.settings
    board = "needs" if item.block in _NEEDS else "offers"
    page = settings.public_url + action_url(board, item.identity or "")
    # People are named by nobody but themselves.
    of = "" if item.space_type == "person" else item.space_title or item.page_title
    return _said(
        {
            "linked_schemas": [WANTS],
            "exchange_type": "want" if item.block in _NEEDS else "offer",
            "transaction_type": ["receive-donate"],
            "tags": _tags(item.keywords) or [board],
            "title": item.plain[:_NAME],
            "description": f"{item.plain} ({of})" if of else item.plain,
            "details_url": page,
            "geographic_scope": _scope(item.places),
            "contact_details": {"contact_form": page},
            "expires_at": _moment(visitor, item.marks.get("before", "")),
        }
    )


def has_profile(item: ItemRow) -> bool:
    """Whether it is a need or an offer that is still open."""
    return item.block in (*_NEEDS, *_OFFERS) and item.state in _OPEN and bool(item.plain)


def addresses(visitor: Reader, most: int) -> Iterator[str]:
    """The addresses of the profiles that there are, pages first."""
    site = visitor.instance.settings.public_url
    left = most
    for row in iterate_rows(visitor, select(types=TYPES)):
        if not left:
            return
        left -= 1
        yield site + action_url("murmurations/pages", row.path)
    for item in iterate_items(visitor, select_items((*_NEEDS, *_OFFERS), _OPEN)):
        if not left:
            return
        if item.identity and has_profile(item):
            left -= 1
            yield site + action_url("murmurations/items", item.identity)


def _said(profile: Profile) -> Profile:
    """Without what says nothing: a schema takes no empty text for an address."""
    return {key: value for key, value in profile.items() if value not in ("", [], None)}


def _tags(words: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(word[:_TAG] for word in words))[:_TAGS]


def _scope(places: tuple[str, ...]) -> str:
    return "regional" if places and not _EVERYWHERE & set(map(slug, places)) else "national"


def _moment(visitor: Reader, day: str) -> int | None:
    """The end of a day, in seconds; None for none."""
    try:
        last = datetime.combine(datetime.fromisoformat(day).date(), time(23, 59, 59))
    except ValueError:
        return None
    return int(last.replace(tzinfo=visitor.instance.settings.zone).timestamp())
