"""The code that an index was made by: where it differs, the index starts over.

What stands in the index depends on the analysis of texts, on the weights of their fields and on
how postings are written, so that the edition is the text of those modules; nobody has to remember
to raise a number.
"""

from hashlib import sha256
from pathlib import Path

from whoosh import __version__

from wiki.pages.head.frontmatter import EDITION as HEADS

_HERE = Path(__file__).parent
_SEARCHING = _HERE.parent
_MODULES = (
    _SEARCHING.parent / "analysis.py",
    _HERE / "entries.py",
    _SEARCHING / "french.py",
    _HERE / "chunks.py",
    _HERE / "codec.py",
    _HERE / "documents.py",
    _HERE / "schema.py",
    _HERE / "terms.py",
    _SEARCHING / "plain_text.py",
    _SEARCHING / "stopwords.py",
    _SEARCHING / "synonyms.py",
)

EDITION = sha256(
    b"".join(module.read_bytes() for module in _MODULES) + f"{__version__!r} {HEADS}".encode()
).hexdigest()[:16]
