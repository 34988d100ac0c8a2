"""What lies in a file that is imported: a folder or a ZIP alike, bounded, and text of any encoding.

::

    with open_bundle(path) as bundle:  # raises BadRequest for what is none
        for item in bundle.items:
            text, guessed = decode_text(bundle.read(item, 1_000_000))  # bytes, or TooLarge
            found = convert_document(stage, "a.docx", data)  # ImportedDocument, or WikiError
"""

from wiki.charsets import decode_text
from wiki.imports.bundle import Bundle, BundledFile, is_archive, open_bundle
from wiki.imports.documents import convert_document
