"""How segments are written: as small as they go, and so that whole postings are read at once.

Whoosh has codecs for that. It keeps what it is good at: one writer at a time, segments and which
of their documents are deleted, generations, and sorting more postings than memory holds.
"""

from pathlib import Path
from typing import Any, cast

from whoosh.codec.whoosh3 import W3Codec

from wiki.projections.searching.index.documents import Documents, DocumentsWriter
from wiki.projections.searching.index.terms import PackedTerms, TermsWriter

_TERMS, _DOCUMENTS = ".terms", ".documents"


class ChunkedCodec(W3Codec):
    """Two files a segment: ``terms.py``, ``documents.py``."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> TermsWriter:
        """See W3Codec."""
        return cast(Any, TermsWriter)(segment.create_file(storage, _TERMS))  # type: ignore[no-any-return]

    def per_document_writer(self, storage: Any, segment: Any) -> DocumentsWriter:
        """See W3Codec."""
        return cast(Any, DocumentsWriter)(segment.create_file(storage, _DOCUMENTS))  # type: ignore[no-any-return]

    def terms_reader(self, storage: Any, segment: Any) -> PackedTerms:
        """See W3Codec."""
        return cast(Any, PackedTerms)(_path(storage, segment, _TERMS))  # type: ignore[no-any-return]

    def per_document_reader(self, storage: Any, segment: Any) -> Documents:
        """See W3Codec."""
        return cast(Any, Documents)(_path(storage, segment, _DOCUMENTS), segment)  # type: ignore[no-any-return]


def _path(storage: Any, segment: Any, extension: str) -> Path:
    return Path(storage.folder, segment.make_filename(extension))
