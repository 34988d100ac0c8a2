"""What the guides say stands on the screen: the interface says it, in both languages alike."""

import re

import pytest

from tests.guides.guide import DOCS, ROLES, ROOT, Guide, catalogue

_ROLES = pytest.mark.parametrize("role", ROLES)


def english_of(french: str) -> set[str]:
    """What the interface says in English where it says ``french``."""
    return {english for english, said in catalogue() if said == french}


@_ROLES
def test_each_label_of_a_guide_is_one_of_the_interface(role: str) -> None:
    french, english = Guide(role, "fr"), Guide(role, "en")
    labels = french.labels(french.text)
    assert [one for one in labels if not english_of(one)] == []
    translated = english.labels(english.text)
    pairs = zip(labels, translated, strict=True)
    assert [(one, other) for one, other in pairs if other not in english_of(one)] == []


@_ROLES
def test_both_guides_say_where_the_other_is(role: str) -> None:
    for one, other in (("fr", "en"), ("en", "fr")):
        link = f"(../../{other}/roles/{Guide(role, other).path.name})"
        assert link in Guide(role, one).text


def test_each_picture_is_shown() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "README.md", *DOCS.rglob("*.md"))]
    shown = {name for text in texts for name in re.findall(r"images/([\w.-]+)", text)}
    assert {path.name for path in (DOCS / "images").iterdir()} == shown
