"""How a heading that says how far its chapter is stands in a page."""

from wiki.rendering.alone import render_text
from wiki.translation import use_language


def test_a_badge_stands_behind_the_words_and_not_in_the_anchor() -> None:
    with use_language("fr"):
        html = render_text("---\nlang: fr\n---\n## Budget [a relire]\n")
    assert html == ('<h2 id="h-budget">Budget <span class="badge is-review">à relire</span></h2>\n')


def test_each_state_has_its_face_whatever_the_language_it_is_written_in() -> None:
    html = render_text("---\nlang: en\n---\n# A [validé]\n\n## B [to write]\n")
    assert '<span class="badge is-settled">settled</span></h1>' in html
    assert '<span class="badge is-write">to write</span></h2>' in html
