"""What lies in a file that is imported: a folder or a ZIP alike, bounded, and text of any encoding.

::

    with open_bundle(path) as bundle:  # raises BadRequest for what is none
        for item in bundle.items:
            text, guessed = decode_text(bundle.read(item, 1_000_000))  # bytes, or TooLarge
"""

from wiki.imports.bundle import Bundle, BundledFile, is_archive, open_bundle
from wiki.imports.texts import decode_text
