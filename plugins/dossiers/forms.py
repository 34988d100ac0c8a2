"""What the form of a selection sends: its lines, and the one button that was pressed."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from wiki.api.errors import BadField
from wiki.api.translation import gettext

from .arrangement import Arrangement, placed
from .model import WORDS_LENGTH

#: lines of one form; a block holds no more
_MOST = 1_000
_BUTTONS = ("up", "down", "remove", "add", "sure", "decline", "find")


@dataclass(frozen=True)
class Sent:
    """``wanted`` as the lines say, before what the button does; ``base`` is the version seen.

    ``button``: "save" or one of those above; ``target`` is the line or the page that it is about.
    ``words`` are as they were typed, in the order of the form.
    """

    base: str
    wanted: Arrangement
    words: Mapping[str, str]
    button: str
    target: str
    query: str

    @property
    def moved(self) -> Arrangement:
        """What is wanted once the button has done its part."""
        step = {"up": -1, "down": 1}.get(self.button, 0)
        if step:
            return self.wanted.stepped(self.target, step)
        return self.wanted.without(self.target) if self.button == "remove" else self.wanted

    @property
    def too_long(self) -> frozenset[str]:
        """The lines with more words than one may write."""
        return frozenset(key for key, one in self.words.items() if len(one) > WORDS_LENGTH)


def read_sent(form: "MultiDict[str, str]") -> Sent:
    """The form as it was sent. Raises BadField where its lines do not belong together."""
    keys, said, places = (form.getlist(name) for name in ("key", "words", "place"))
    if not len(keys) == len(said) == len(places) <= _MOST or len(set(keys)) < len(keys):
        raise BadField("key", gettext("This form came incomplete. Load the page again."))
    words = {key: one.replace("\r\n", "\n").strip() for key, one in zip(keys, said, strict=True)}
    button = next((name for name in _BUTTONS if form.get(name)), "save")
    return Sent(
        form.get("base", ""),
        Arrangement(placed(keys, places), words),
        words,
        button,
        form.get(button, "").strip()[:1000],
        " ".join(form.get("q", "").split())[:200],
    )
