"""What is shown of matching: who could help, which needs concern one, as values for templates."""

from collections.abc import Sequence
from typing import Any

from wiki.api.panels import Aside, Waiting, item_actions
from wiki.api.paths import action_url, page_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, get_item
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext, ngettext

from .fits import Found, found_for, funding_page
from .pairs import shelf_for
from .texts import NEED, OFFER

SHOWN = 4
_NEEDS = ("besoins", "needs")
_OFFERS = ("offres", "offers")


@hookimpl
def item_asides(item: ItemRow, reader: Reader) -> Sequence[Aside]:
    """The panel on the page of a need or an offer; none where nothing fits.

    While it is not compared yet the panel says so: no reader takes silence for an answer.
    """
    if not item.identity or item.state not in ("", " ") or item.block not in _NEEDS + _OFFERS:
        return []
    is_need = item.block in _NEEDS
    if is_need and (path := funding_page(reader, item.identity)):
        row = get_row(reader, path)
        title = row.title if row else path
        return [Aside("matching/funding.html", {"url": page_url(path), "title": title}, "foot", 20)]
    # Asked first: what is compared meanwhile is found.
    compared = shelf_for(reader).compared(item.identity)
    found = found_for(reader, item.identity, SHOWN)
    if not found:
        url = action_url("needs" if is_need else "offers", item.identity)
        soon = {"is_need": is_need, "url": url}
        return [] if compared else [Aside("matching/soon.html", soon, "foot", 20)]
    data = {"is_need": is_need, "fits": [fit_values(reader, one) for one in found]}
    return [Aside("matching/fits.html", data, "foot", 20)]


def fit_values(reader: Reader, found: Found) -> dict[str, Any]:
    """What a line of the panel shows. Whoever is logged in can say that it is not for them."""
    kept, need, offer = found.other, found.need, found.offer
    row = get_row(reader, kept.path)
    space = get_row(reader, row.space) if row is not None and row.space else row
    shown = space or row
    title = shown.title if shown else kept.path
    board = {NEED: "needs", OFFER: "offers"}.get(kept.text.kind)
    asked = {"need": need.text.id, "offer": offer.text.id}
    return {
        "kind": "need" if kept.text.kind == NEED else "offer",
        "who": title,
        "who_url": page_url(space.path if space else kept.path),
        "what": kept.text.title,
        "url": action_url(board, kept.text.id) if board else page_url(kept.path),
        "reasons": list(found.reasons.words()),
        "answer": _answer(reader, kept.text.id) if board else None,
        "decline": action_url("matching/decline", query=asked) if reader.person else "",
    }


def _answer(reader: Reader, identity: str) -> dict[str, str] | None:
    """The first button that plugins give to a need or an offer, such as “I can help”."""
    item = get_item(reader, identity)
    if item is None:
        return None
    found = reader.instance.plugins.call(item_actions, item, reader)
    first = min(found, key=lambda one: one.order, default=None)
    return {"label": first.label, "url": first.url} if first else None


def mine(reader: Reader) -> list[dict[str, Any]]:
    """The needs that fit what the reader's person offers, and can do: one group each."""
    person = reader.person
    if person is None or person.page is None:
        return []
    groups = []
    for kept in shelf_for(reader).of_page(person.page, reader.audience):
        if kept.text.kind != NEED and (found := found_for(reader, kept.text.id, SHOWN)):
            is_offer = kept.text.kind == OFFER
            groups.append(
                {
                    "title": kept.text.title if is_offer else gettext("What you can do"),
                    "fits": [fit_values(reader, one) for one in found],
                }
            )
    return groups


@hookimpl
def waiting(reader: Reader) -> Sequence[Waiting]:
    """A line for who is logged in, while needs fit what they offer; in no digest: it stays."""
    needs = {fit["url"] for group in mine(reader) for fit in group["fits"]}
    if not needs:
        return []
    words = ngettext(
        "{count} need could use what you offer", "{count} needs could use what you offer",
        len(needs),
    )  # fmt: skip
    return [Waiting(words.format(count=len(needs)), action_url("matching"), personal=False)]
