"""What a template says of its chapters, and the text that a page begins with."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.head.frontmatter import read_head
from wiki.pages.hints import has_hints, hints_of, without_hints

TEMPLATES = sorted((Path(__file__).parents[2] / "content" / "modeles").rglob("*.md"))
BODY = """$today · *where* · *who was there*

## A scene

*Tell a moment.*

**When all is well.** *One person.*

## Limits

- *One a line.*
- $today — *What was decided.*
- [ ] A task, *kept*, in words

| *A cell* | |
| --- | --- |

```
*code*
```

::: needs
*in a block*
:::
"""


def test_hints_are_found_by_chapter_and_leave_no_hole() -> None:
    found = {hint.chapter: hint.lines for hint in hints_of(BODY)}
    assert found == {
        "": ("where · who was there",),
        "a-scene": ("Tell a moment.", "One person."),
        "limits": ("One a line.", "What was decided."),
    }
    assert (
        without_hints(BODY)
        == """$today

## A scene

**When all is well.**

## Limits

- [ ] A task, *kept*, in words

| *A cell* | |
| --- | --- |

```
*code*
```

::: needs
*in a block*
:::
"""
    )


def test_only_known_hints_go_where_some_are_known() -> None:
    body = "*Tell a moment.*\n\n*My own words.*\n"
    assert without_hints(body, {"Tell a moment."}) == "*My own words.*\n"
    assert without_hints(body, set()) == body


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_hint_is_left_of_a_template(path: Path) -> None:
    body = read_head(path.read_text("utf-8")).body
    left = without_hints(body)
    assert not has_hints(left)
    assert without_hints(left) == left
    for words in ("dites ce qu’il en est", "say how it is", "Racontez, au présent"):
        assert words not in left


_PARTS = st.sampled_from(
    ["## Un", "*une consigne*", "- *une autre*", "mots *ici* et là", "**gras** *dit*", "", "```",
     "::: besoins", ":::", "| *a* | b |", "- [ ] tâche", "*a* · *b*", "1. *liste*", "* puce", "***"]
)  # fmt: skip


@given(st.lists(_PARTS, max_size=15))
def test_whatever_else_stands_there_stays(lines: list[str]) -> None:
    body = "\n".join(lines)
    left = without_hints(body)
    assert not has_hints(left)
    words = {line for line in lines if line and not has_hints(line)}
    assert words <= set(left.split("\n"))
    if not has_hints(body):
        assert left == body


def test_a_line_that_is_nearly_a_hint_is_read_at_once() -> None:
    # What stands before the last hint can be taken apart in many ways, all of which fail.
    for words in ("1" * 2_000, "1-" * 2_000, "$a1" * 2_000, "**a**" * 2_000, "· " * 2_000):
        line = f"{words}! *Tell a moment.*"
        assert without_hints(line) == line
