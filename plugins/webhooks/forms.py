"""What the form of an address says: read, checked, and refused in words."""

import re
from collections.abc import Mapping, Sequence

from wiki.api.errors import BadField, BadRequest
from wiki.api.paths import normalise, slug
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext
from wiki.api.web.outside import check_outside, destination_of

from .formats import FORM_WORDS
from .happenings import KIND_WORDS
from .scopes import BOARD, BOARDS, PAGE, THEME, may_have_told, scopes_for
from .store import Wish

FIELDS = ("name", "form", "address", "token", "room", "scope", "theme", "board", "page")
LONGEST = 2_000
_ROOM = re.compile(r"![^\s:]{1,200}:[^\s]{1,90}|![A-Za-z0-9_-]{20,200}")


def read_wish(reader: Reader, typed: Mapping[str, str], chosen: Sequence[str]) -> Wish:
    """What is wished. Raises BadField, with the name of the field and what to do."""
    said = {name: value.strip()[:LONGEST] for name, value in typed.items()}
    if said["form"] not in FORM_WORDS:
        raise BadField("form", gettext("Choose which program it is."))
    host = check_address(reader.instance, said["address"])
    if said["form"] == "matrix":
        _check_matrix(said)
    word, path = _subject(reader, said)
    kinds = tuple(one for one in KIND_WORDS if one in chosen)
    if said["scope"] == BOARD:
        kinds = (BOARDS[word],)
    if not kinds:
        raise BadField("kinds", gettext("Choose at least one thing that is told."))
    return Wish(
        name=" ".join(said["name"].split())[:100],
        form=said["form"],
        address=said["address"],
        host=host,
        token=said["token"] if said["form"] == "matrix" else "",
        room=said["room"] if said["form"] == "matrix" else "",
        scope=said["scope"],
        word=word,
        path=path,
        kinds=kinds,
    )


def check_address(instance: Instance, address: str) -> str:
    """The host of an address that messages may be sent to. Raises BadField."""
    inside = instance.settings.webhook_hosts.split()
    try:
        there = destination_of(address, inside)
    except BadRequest as error:
        words = gettext("Give the https address that the program told you, such as {example}.")
        example = "https://chat.example.org/hooks/abc"
        raise BadField("address", words.format(example=example)) from error
    try:
        check_outside(there, inside, "webhook_hosts")
    except BadRequest as error:
        raise BadField("address", error.words) from error
    return there.host


def _check_matrix(said: dict[str, str]) -> None:
    if not _ROOM.fullmatch(said["room"]):
        words = gettext("Give the room’s internal address, such as {example}: see its settings.")
        raise BadField("room", words.format(example="!abcdef:example.org"))
    if not said["token"] or not said["token"].isascii() or not said["token"].isprintable():
        raise BadField("token", gettext("Give the access token of the account that writes there."))


def _subject(reader: Reader, said: dict[str, str]) -> tuple[str, str]:
    """The word and the path of what is told. Raises BadField."""
    scope, path = said["scope"], ""
    if scope not in scopes_for(reader):
        raise BadField("scope", gettext("Choose what it is told of."))
    if scope == PAGE:
        try:
            path = normalise(said["page"].strip("/"))
        except BadRequest:
            path = ""
        row = get_row(reader, path) if path else None
        if row is None or not may_have_told(reader, scope, path):
            words = gettext("Give the address here of a space whose team you are in.")
            raise BadField("page", words)
        return "", path
    if scope == THEME:
        if not (word := slug(said["theme"])):
            raise BadField("theme", gettext("Give a theme, as pages have it."))
        return word[:200], ""
    if scope == BOARD and said["board"] not in BOARDS:
        raise BadField("board", gettext("Choose a board."))
    return said["board"] if scope == BOARD else "", ""
