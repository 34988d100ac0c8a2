"""Run as a script in a folder: ``book.typ`` there becomes ``output``.

``typeset.py pdf STANDARD …``: a PDF, and what it must keep to, such as ``ua-1``.
``typeset.py png``: its one page as a picture. No package is fetched, no font is used but
typst's own and those in the folder, no file outside the folder is read.
"""

import sys
from typing import Any

import typst

#: of a picture: twice what a screen has
_PPI = 192


def main() -> None:
    """Sets the book."""
    compiler = typst.Compiler(
        input="book.typ",
        root=".",
        font_paths=["."],
        ignore_system_fonts=True,
        package_path="none",
        package_cache_path="none",
    )
    kind, *rest = sys.argv[1:]
    standards: Any = rest
    if kind == "png":
        compiler.compile(output="output", format="png", ppi=_PPI)
    else:
        compiler.compile(output="output", format="pdf", pdf_standards=standards)


if __name__ == "__main__":
    main()
