"""A page as text: its head, its blocks, its chapters; pure, nothing is asked or written.

::

    page.title, page.head.text("theme"), [block.name for block in page.document.blocks]
    text = edit_head(page.text, {"status": "pilot"})  # all else stays as it was typed
    Problem(item.line, "no-date", "Say when.")  # shown beside its place to who may edit
"""

from wiki.hookspecs.texts import complete_page
from wiki.pages.access import ALL
from wiki.pages.chapters import STATES, chapters, with_section_state
from wiki.pages.document import Document, read_document
from wiki.pages.head.changes import edit_head
from wiki.pages.head.facts import Fact, FactKey
from wiki.pages.head.frontmatter import read_head
from wiki.pages.hints import without_hints
from wiki.pages.lines import split_lines
from wiki.pages.markdown.walk import Heading
from wiki.pages.page import Page
from wiki.pages.problems import Problem
