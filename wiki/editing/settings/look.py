"""What is said of a look that cannot be used, in a form or in a push."""

from collections.abc import Mapping
from typing import Any

from wiki.config.look import LOOK_FILE, Look
from wiki.config.look.colours import is_colour, nearest, passes
from wiki.config.look.values import LONGEST_LABEL, MOST_LINES, is_named_rightly, read_look
from wiki.errors import BadSetting
from wiki.files.types import identify
from wiki.translation import gettext as _
from wiki.translation import lazy

#: bytes of a picture of the look: it comes with each first view
MOST_PICTURE = 100_000

_SENTENCES: Mapping[str, Any] = {
    "theme": lazy("There is no such theme here. Choose one of the list."),
    "font": lazy("Please choose one of the list."),
    "logo": lazy("Please send this picture again."),
    "home": lazy("One of these blocks is not there any more. Load the page anew."),
    "welcome": lazy("This is too long: please keep to a few paragraphs."),
    "footer": lazy("This is too long: please keep to a few paragraphs."),
}
_LINES = lazy(
    "At most {most} lines, each with a name of at most {longest} characters and an address that "
    "begins with / (a place of this wiki) or https://."
)


def check_colour(name: str, value: str) -> None:
    """Raises BadSetting for an accent in which words cannot be read; it proposes the nearest."""
    mode = "dark" if name == "accent_dark" else "light"
    if not is_colour(value):
        raise BadSetting(_("Please give a colour as #1b4f9c: six digits from 0 to f."), name)
    if not passes(value, mode):
        if mode == "dark":
            words = _("{colour} cannot be read on dark ground. {nearest}, the nearest, can.")
        else:
            words = _("{colour} cannot be read on light ground. {nearest}, the nearest, can.")
        raise BadSetting(words.format(colour=value, nearest=nearest(value, mode)), name)


def check_look(look: Look, written: bytes) -> None:
    """Raises BadSetting where ``written`` would not be read as ``look``."""
    for name in ("accent", "accent_dark"):
        if value := getattr(look, name):
            check_colour(name, value)
    for name in read_look(written).faults:
        raise BadSetting(_sentence(name), name)


def check_look_file(file: str, data: bytes) -> None:
    """Raises BadSetting, BadUpload or TooLarge where a push brings what could not be used."""
    if file != LOOK_FILE:
        identify(file, data, max_bytes=MOST_PICTURE)
        if not is_named_rightly(file, data):
            words = _("the name of a picture of the look ends with the SHA-256 of what it holds.")
            raise BadSetting(words)
        return
    for name, why in read_look(data).faults.items():
        words = _("the look in it cannot be used: {why}.")
        raise BadSetting(words.format(why=f"{name}: {why}" if name else why), name)


def _sentence(name: str) -> str:
    known = _SENTENCES.get(name)
    return str(known or _LINES).format(most=MOST_LINES, longest=LONGEST_LABEL)
