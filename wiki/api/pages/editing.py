"""Writing into pages, with the rights of who asks.

::

    change_page(reader, path, lambda page: edit_head(page.text, {"status": "pilot"}), "Pilot")
    add_story_line(reader, space, "pilot: the first ten farms", "Status")
    propose(reader, path, ProposalForm(text, reader.head, "A word"))  # read over by somebody first

``edit`` is given the page as it stands, while nobody else saves; make it do nothing twice. Several
writes in a row, alone: ``with write_turn(reader.instance): …``.
"""

from wiki.editing.files import attach_all, checked_upload
from wiki.editing.review.proposals import ProposalForm, propose, propose_space
from wiki.editing.rights import author_of, with_rights_of
from wiki.editing.save import (
    Authorship,
    Saved,
    change_page,
    save,
    save_on_behalf,
)
from wiki.editing.saved_text import complete_identities
from wiki.editing.stories import add_story_line, story_page
from wiki.editing.write_queue import write_turn
