"""Documents: Word, PDF, OpenDocument or EPUB made of pages, and texts taken from such files.

::

    data = make_document(book, "pdf", seconds=60)
    imported = take_document(settings, "rapport.docx", upload, seconds=30)

What wants programs that are not installed raises NotInstalled; ``missing_programs`` says so before.
"""

from wiki.documents.programs import missing_programs
from wiki.documents.read.importer import ACCEPTED, ImportedDocument, take_document
from wiki.documents.read.markup import read_markup
from wiki.documents.write.cards import CARD_SHEETS, MOST_CARDS, Card, make_cards
from wiki.documents.write.exporter import DOCUMENT_KINDS, can_make, make_document
from wiki.documents.write.freemind import FREEMIND, as_freemind
