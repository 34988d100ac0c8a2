"""One paragraph as it was: the rest of the page stays as it is today."""

from wiki.editing.save import Saved, change_page
from wiki.errors import EditConflict, NotFound
from wiki.merging.merge import merge
from wiki.merging.paragraphs import align, apply, numbers_of
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.reading.pages import find_page_at, get_page_at
from wiki.translation import gettext as _


def put_back(reader: Reader, path: str, older: str, newer: str, number: int) -> Saved:
    """Undoes, in the page of today, the change ``number`` of those between two of its versions.

    The change is one of ``align`` between the texts at the commits ``older`` and ``newer``. Raises
    NotFound where there is none such, EditConflict where the paragraph has changed since, and what
    ``change_page`` does.
    """
    before, after = find_page_at(reader, path, older), get_page_at(reader, path, newer)
    text = before.text if before else ""
    numbers = numbers_of(align(text, after.text))
    if number not in numbers:
        raise NotFound(_("There is no such change between these versions."))
    undone = apply(text, after.text, [one for one in numbers if one != number])

    def undo(page: Page) -> str:
        merged = merge(after.text, undone, page.text)
        if merged.text is None:
            raise EditConflict(
                _("This paragraph has been changed again since."),
                base=after.text,
                theirs=page.text,
                mine=undone,
                head=reader.head,
            )
        return merged.text

    return change_page(reader, path, undo, _("Put a paragraph back as it was"))
