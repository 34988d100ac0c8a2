"""The lines of a programme in a head: read as they are written, and written so that they read."""

from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.head.programmes import programme_entries, programme_word


def test_a_line_names_a_page_and_may_say_a_title_and_a_sentence() -> None:
    text = """---
type: event
programme:
  - "[[projets/un]]"
  - projets/deux
  - "[[projets/trois|Le troisième]]"
  - "[[projets/quatre#x|Le quatrième]] — Une phrase, avec un tiret - et une virgule"
  - "[[projets/cinq]] - Une phrase sans nom"
  - "#"
---
"""
    found = programme_entries(read_head(text).head)
    assert [(one.target, one.title, one.summary) for one in found] == [
        ("projets/un", "", ""),
        ("projets/deux", "", ""),
        ("projets/trois", "Le troisième", ""),
        ("projets/quatre", "Le quatrième", "Une phrase, avec un tiret - et une virgule"),
        ("projets/cinq", "", "Une phrase sans nom"),
    ]


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=60)


@given(_WORDS.filter(str.strip), _WORDS)
def test_whatever_was_agreed_to_stands_in_the_head_and_is_read_again(
    title: str, summary: str
) -> None:
    word = programme_word("projets/un", title, summary)
    text = edit_head("---\ntype: event\n---\n", {"programme": [word, "[[projets/deux]]"]})
    first, second = programme_entries(read_head(text).head)
    plain = str.maketrans("[]|", "()/")
    assert first.target == "projets/un" and second.target == "projets/deux"
    assert first.title == " ".join(title.translate(plain).split())
    assert first.summary == " ".join(summary.translate(plain).split())
    assert programme_word(first.target, first.title, first.summary) == word
