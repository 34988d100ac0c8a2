"""Writes a line in the story of a space: on the right page of it, in the name of who tells it."""

from wiki.editing.save import Saved, change_page
from wiki.editing.write_queue import write_turn
from wiki.pages.page import Page
from wiki.pages.stories import STORY_BLOCKS, with_step
from wiki.projections.catalogue import select_items
from wiki.reading import Reader
from wiki.reading.lists import find_items, list_space_pages

#: pages of a space that are looked through
_LOOKED_AT = 100


def story_page(reader: Reader, space: str) -> str:
    """The page of the space at ``space`` that tells its story, among those the reader may edit.

    The one that has it, else the one that is called after it, else the first page of the space.
    """
    held = find_items(reader, select_items(STORY_BLOCKS, subject=space), "date", _LOOKED_AT).rows
    found = [row.path for row in held]
    names = [row.path for row in list_space_pages(reader, space, limit=_LOOKED_AT)]
    found += [name for name in names if name.rpartition("/")[2] in STORY_BLOCKS]
    return next((path for path in found if reader.may_edit(path)), space)


def add_story_line(reader: Reader, space: str, words: str, message: str) -> Saved:
    """Writes ``words`` (a state and a sentence, one line), dated today; twice is the same as once.

    ``message`` says it to who follows the page. Raises NotFound where there is no such page, and
    what saving raises.
    """
    day = reader.today.isoformat()

    def edit(page: Page) -> str:
        return with_step(page.text, day, words, page.lang)

    with write_turn(reader.instance):
        reader = reader.renewed()
        return change_page(reader, story_page(reader, space), edit, message)
