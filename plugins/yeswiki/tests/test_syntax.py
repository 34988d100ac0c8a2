"""From the syntax of YesWiki to Markdown: what each form becomes, and that any text is read."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.yeswiki.syntax.pages import convert, html_page
from wiki.api.imports.dialects import Target
from wiki.pages.document import read_document

_CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n\n````yeswiki\n(?P<text>.*?)\n````\n\n"
    r"````markdown\n(?P<markdown>.*?)\n````\n(?:\n(?P<losses>(?:> [^\n]+\n)+))?",
    re.M | re.S,
)
_CASES = list(_CASE.finditer((Path(__file__).parent / "forms.md").read_text()))
_PAGES = {"LesBesoins": "les-besoins", "PageUn": "page-un"}


class Site:
    """A site of two pages, with any file but one, and one form."""

    def target(self, link: str) -> Target:
        if link.startswith("http"):
            return Target("web", link, link)
        if link.startswith(("javascript", "data")):
            return Target("nowhere", "", link)
        name = link.partition("/")[0]
        there = name in _PAGES
        return Target("page", _PAGES.get(name, name.lower()), name, there)

    def is_page(self, tag: str) -> bool:
        return tag in _PAGES

    def file(self, name: str, page: str) -> Target:
        there = "absent" not in name
        return Target("file", f"/{page.lower()}/{name}" if there else "", name, there)

    def listing(self, form: str, parameters: Mapping[str, str]) -> str | None:
        return "::: projets sous:projets limit:50\n\n:::" if form == "1" else None


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_a_form(case: re.Match[str]) -> None:
    made = convert(case["text"], Site(), "Page")
    assert (f"# {made.title}\n\n" if made.title else "") + made.body == case["markdown"]
    told = [line.removeprefix("> ") for line in (case["losses"] or "").splitlines()]
    assert list(dict.fromkeys(loss.what for loss in made.losses)) == told


_PIECES = st.sampled_from(
    (
        *[
            "**",
            "//",
            "__",
            "@@",
            "££",
            "##",
            "~~",
            "---",
            "----",
            "======",
            "==",
            "[[",
            "]]",
            "[|",
            "|]",
            "|",
            "%%",
            '""',
            "{{",
            "}}",
            "{#",
            "#}",
            "`",
            "\\",
            '"}}',
        ],
        *[
            "{{tab}}",
            "LesBesoins",
            "<ul><li>",
            "</li></ul>",
            "<table><tr><td>",
            "<pre>",
            "[a](b)",
            "![a](b)",
            "a@b.fr",
        ],
        *("\n", " ", "\n - ", "\n  1) ", '{{attach file="', '{{section visibility="@a"}}', "&#99;"),
        *(
            '{{tabs titles="a,b"}}',
            "<a href='x'>",
            "<iframe src='//x'>",
            "\x7f0\x7f",
            "\x7f99999\x7f",
        ),
        "::: x",
    )
)


@given(text=st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_is_read(text: str) -> None:
    """Whatever stands there: a text comes of it, in which nothing runs and no mark is left."""
    for made in (convert(text, Site(), "Page"), html_page(text, Site(), "Page")):
        assert "\x7f" not in made.body + "".join(loss.detail for loss in made.losses)
        assert "<script" not in made.body.lower().replace("\\<", "")
        read_document(made.body)


@pytest.mark.parametrize(
    ("unit", "around"),
    [
        *(
            (unit, "")
            for unit in ["**", "[[", "{{", '"', "%%a", "[|", "[", "a@", "=", "{#", "a://", "\\"]
        ),
        *(
            ("*a ", ""),
            ("_a ", ""),
            ("\n - a", ""),
            ("|a|\n", ""),
            ("<div>a", '""'),
            ("<b>a", '""'),
        ),
        *(("<ul><li>a", '""'), ("<table><td>", '""'), ("<blockquote>a", '""'), ("&amp;", '""')),
    ],
)
def test_work_grows_with_the_text_alone(unit: str, around: str) -> None:
    """Ten times as long, ten times the steps: counted, as a clock would say too little."""
    short, long = (_steps(around + unit * count + around) for count in (60, 600))
    assert long < 15 * short + 20_000


def test_lists_of_any_depth_are_read() -> None:
    convert("".join(f"\n{' ' * depth}- a" for depth in range(500)), Site(), "Page")


def _steps(text: str) -> int:
    count = 0

    def look(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        convert(text, Site(), "Page")
    finally:
        sys.setprofile(before)
    return count
