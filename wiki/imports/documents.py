"""A document that lies in a folder which is imported: as a page, read in a child of its own."""

from wiki.config import Settings
from wiki.documents.read.importer import ImportedDocument, take_document
from wiki.imports.stage import Stage

#: bytes of a document, whose pictures are drawn anew; seconds for one of them
_MOST, _SECONDS = 100_000_000, 60.0


def convert_document(stage: Stage, name: str, data: bytes) -> ImportedDocument:
    """What the document called ``name`` says, links to what lies beside it kept.

    Raises BadUpload, TooLarge, Unmade where it cannot be read: others still can.
    """
    bounds = stage.bounds
    settings = Settings(max_upload=bounds.upload, max_page=bounds.page, max_pixels=bounds.pixels)
    return take_document(settings, name, data, seconds=_SECONDS, beside=True, most=_MOST)
