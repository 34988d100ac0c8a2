"""Words of tests: cases that a writer can read too, and words that are compared."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

#: what chance writes in pages and mails: tokens, keys of rows
_KEY = re.compile(r"[\w.-]*(?:[a-z][A-Z\d]|\d[A-Za-z])[\w.-]*", re.A)
_CASE = re.compile(r"^## (.+?)\n+````markdown\n(.*?)````\n+````html\n(.*?)````$", re.M | re.S)


def block_cases(path: Path) -> "list[ParameterSet]":
    """The cases of a file that a writer can read too, for ``parametrize(("markdown", "html"), …)``.

    A case is a heading ``## what is shown``, then what a person writes, fenced by four ticks and
    the word ``markdown``, then what stands in the page, fenced alike with the word ``html``.
    Raises ValueError where a heading has no such case below it.
    """
    text = path.read_text("utf-8")
    found = [pytest.param(case[2], case[3], id=case[1]) for case in _CASE.finditer(text)]
    outside = re.sub(r"^````.*?^````$", "", text, flags=re.M | re.S)
    headings = re.findall(r"^## .+$", outside, re.M)
    if len(found) != len(headings):
        raise ValueError(f"{path.name}: {len(headings)} headings and {len(found)} whole cases")
    return found


def unkeyed(text: str) -> str:
    """``text`` without tokens and keys, where a short word that must not be there is by chance.

    A name of three letters stands in one token out of three thousand.
    """
    return _KEY.sub(lambda found: found[0] if len(found[0]) < 16 else "…", text)


def page(body: str = "", **head: str) -> str:
    """The text of a page; what is "" is left out of its head."""
    lines = "".join(f"{key}: {value}\n" for key, value in head.items() if value)
    return f"---\n{lines}---\n{body}"


def neat(html: str) -> str:
    """``html`` line by line, without the blanks that a template leaves around its lines."""
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())
