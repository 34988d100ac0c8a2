"""What someone without a page does before they say a need or an offer, where this makes none."""

from wiki.api import Reader, action_url, gettext

from .model import NEED, Kind
from .showing import board_url

#: a page as one's own would be: whether they may write there is asked of it
_THEIR_PLACE = "personnes/nouveau"


def comes_first(reader: Reader, kind: Kind) -> dict[str, str] | None:
    """What someone without a page does before, who may not have one made by this form."""
    person = reader.person
    if person is None or reader.may_edit(_THEIR_PLACE):
        return None
    if not person.held:
        return {
            "words": gettext(
                "Your account reads pages, and has none of its own to write this on. At a need or "
                "an offer, “I can help” and “I am interested” are yours all the same."
            ),
            "label": str(kind.title),
            "url": board_url(kind),
        }
    words = gettext(
        "First, two lines that say who you are: someone reads your first page over. Once it is "
        "accepted, you say by yourself what you can give and what you need."
    )
    if kind is NEED:
        words = gettext(
            "First, two lines that present your project: someone reads your first page over. Once "
            "it is accepted, you say by yourself what it needs."
        )
    begun = {"type": "project" if kind is NEED else "person"}
    if kind is not NEED:
        begun["title"] = person.name
    label = gettext("Present my project") if kind is NEED else gettext("Present myself")
    return {"words": words, "label": label, "url": action_url("new", query=begun)}
