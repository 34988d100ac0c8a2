"""What Gollum and An Otter Wiki keep beside their pages (pure)."""

import re

#: pages that stand beside each other page there
_BESIDE = re.compile(r"_(?:sidebar|footer|header)", re.I)


def stands_beside(name: str) -> bool:
    """Whether a file, named without its ending, is what these show beside each page."""
    return _BESIDE.fullmatch(name.rpartition("/")[2]) is not None


def attached(target: str) -> str:
    """An address of an attachment of An Otter Wiki as the file lies in git; else itself."""
    page, sign, file = target.rpartition("/a/")
    return f"{page}/{file}" if sign and "/" not in file else target
