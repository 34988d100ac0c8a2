"""Run as a script in a folder: ``book.typ`` there becomes ``output``, a PDF.

``typeset.py STANDARD …``: what the PDF must keep to, such as ``ua-1``. No package is fetched, no
font of the machine is used, no file outside the folder is read.
"""

import sys
from typing import Any

import typst


def main() -> None:
    """Sets the book."""
    compiler = typst.Compiler(
        input="book.typ",
        root=".",
        ignore_system_fonts=True,
        package_path="none",
        package_cache_path="none",
    )
    standards: Any = sys.argv[1:]
    compiler.compile(output="output", format="pdf", pdf_standards=standards)


if __name__ == "__main__":
    main()
