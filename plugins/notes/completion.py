"""A line is completed, or open again: its box is set in its page, and nothing else."""

from wiki.api.editing import change_page
from wiki.api.errors import BadField, NotFound
from wiki.api.items import set_state
from wiki.api.pages import Page, read_document
from wiki.api.reading import Reader, get_page
from wiki.api.translation import gettext

from .model import BLOCKS, key_of

DONE, OPEN = "x", " "


def complete(reader: Reader, path: str, key: str) -> None:
    """Says of the lines of that key that they are completed; twice is as once. Raises NotFound."""
    _set(reader, path, key, DONE, gettext("Completed: {said}"))


def reopen(reader: Reader, path: str, key: str) -> None:
    """Says that they are missing again."""
    _set(reader, path, key, OPEN, gettext("Missing again: {said}"))


def with_state(text: str, key: str, state: str) -> str:
    """``text`` with the boxes of these lines set. Raises NotFound, BadField."""
    lines = text.split("\n")
    before = _items(text)
    for line, item_key, is_open in before:
        if item_key == key and is_open is (state == DONE):
            lines[line] = set_state(lines[line], state)
    changed = "\n".join(lines)
    if all(item_key != key for _line, item_key, _open in before):
        raise NotFound(
            gettext("This line is no longer there: someone completed it in other words meanwhile.")
        )
    wanted = [
        (line, item_key, (state == OPEN) if item_key == key else is_open)
        for line, item_key, is_open in before
    ]
    if _items(changed) != wanted:
        raise BadField("key", gettext("This cannot be changed here: open the page to edit it."))
    return changed


def _set(reader: Reader, path: str, key: str, state: str, message: str) -> None:
    said = next((words for words, one in _words(get_page(reader, path)) if one == key), "")
    words = message.format(said=said if len(said) <= 60 else said[:59] + "…")
    change_page(reader, path, lambda page: with_state(page.text, key, state), words)


def _words(page: Page) -> list[tuple[str, str]]:
    blocks = [block for block in page.document.blocks if block.name in BLOCKS]
    return [(item.plain, key_of(item.text)) for block in blocks for item in block.items]


def _items(text: str) -> list[tuple[int, str, bool]]:
    """The line, the key and the openness of each item of our blocks."""
    return [
        (item.line, key_of(item.text), item.is_open)
        for block in read_document(text).blocks
        if block.name in BLOCKS
        for item in block.items
    ]
