"""Many pages as one document: which, in which order, with a cover.

::

    pages = gather_pages(reader, path, "below", 200)
    book = bind_pages(reader, pages)
"""

from wiki.documents.write.binder import bind_pages
from wiki.documents.write.book import Book, BookPart, Chapter, Cover
from wiki.documents.write.folder import pages_as_folder
from wiki.documents.write.selection import gather_pages, has_pages_below, specification_pages
from wiki.hookspecs.documents import Binding, bindings, book_parts, drawing_at
