"""Run as a script in a folder: ``book.typ`` there becomes ``output``.

``typeset.py pdf STANDARD …``: a PDF, and what it must keep to, such as ``ua-1``.
``typeset.py png``: its one page as a picture. No package is fetched, no font is used but
typst's own and those in the folder, no file outside the folder is read.
"""

import re
import sys
from pathlib import Path
from typing import Any

import typst

#: characters that no font draws, each left out of a PDF that is to be read aloud: no more than that
_MOST = 20
_UNDRAWN = re.compile(r'the text `"([^\x00-\x7f]+)"` could not be displayed')
#: of a picture: twice what a screen has
_PPI = 192


def main() -> None:
    """Sets the book, if need be without the characters that no font draws."""
    kind: Any
    kind, *rest = sys.argv[1:]
    standards: Any = rest
    how: Any = {"ppi": _PPI} if kind == "png" else {"pdf_standards": standards}
    book = Path("book.typ")
    for _ in range(_MOST):
        try:
            _compiler().compile(output="output", format=kind, **how)
            return
        except typst.TypstError as error:
            if not (undrawn := _UNDRAWN.search(str(error))):
                raise
            book.write_text(book.read_text("utf-8").replace(undrawn[1], ""), "utf-8")
    _compiler().compile(output="output", format=kind, **how)


def _compiler() -> typst.Compiler:
    return typst.Compiler(
        input="book.typ",
        root=".",
        font_paths=["."],
        ignore_system_fonts=True,
        package_path="none",
        package_cache_path="none",
    )


if __name__ == "__main__":
    main()
