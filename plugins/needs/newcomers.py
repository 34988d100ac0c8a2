"""What is open to someone who can have no page of their own to write a need or an offer on."""

from wiki.api.pages.spaces import may_make
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .model import Kind
from .presenters import board_url


def comes_first(reader: Reader, kind: Kind) -> dict[str, str] | None:
    """What someone without a page does instead, for whom this form makes none."""
    if may_make(reader, "person"):
        return None
    return {
        "words": gettext(
            "You can have no page of your own here to write this on. At a need or an offer, “I can "
            "help” and “I am interested” are yours all the same."
        ),
        "label": str(kind.title),
        "url": board_url(kind),
    }
