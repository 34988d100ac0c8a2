"""What other software writes in Markdown, and that none of it changes what our own pages say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.document import read_document
from wiki.pages.names import Names, named
from wiki.pages.page import Page
from wiki.rendering.context import RenderContext, Resolved
from wiki.rendering.pipeline import render


def html(text: str, **more: object) -> str:
    made = render(read_document(text), RenderContext(path="a/b", file="a/b.md", **more))  # type: ignore[arg-type]
    return made.html.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![carte](x.png =100x200)", '<img src="/a/x.png" alt="carte" width="100"'),
        ('![carte](/p/x.png "Titre" =300x)', 'alt="carte" title="Titre" width="300"'),
        ("![](x.png =50%x)", 'src="/a/x.png" alt="" width="352"'),
        ("![](x.png =x200)", 'src="/a/x.png" alt=""'),
        ("![[plan.png|300]]", '<img src="/a/plan.png" alt="plan" width="300"'),
        ("![[plan.png|300x200]]", 'width="300"'),
        ("![[sous dossier/plan.png]]", '<img src="/a/sous%20dossier/plan.png" alt="plan"'),
        ("Voir ![[note]].", '<p>Voir <a href="/note">note</a>.</p>'),
        ("[a](b){target=_blank} c", '<p><a href="/a/b">a</a> c</p>'),
        ("Texte\n{.is-info}", "<p>Texte\n</p>"),
        ("## Choix {.tabset}\n\n### Un", '<h2 id="h-choix">Choix</h2>'),
        ("> [!note]\n> Attention", "<strong>À noter</strong><br>\nAttention"),
        ("> [!warning] Gare au loup\n> Il vient", "<strong>Gare au loup</strong><br>\nIl vient"),
        ("> [!bug]- Rien", "<strong>Rien</strong>"),
    ],
)
def test_what_other_software_writes(text: str, shown: str) -> None:
    assert shown in html(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Attention![[note]]", '<p>Attention!<a href="/note">note</a></p>'),
        ("![carte](x.png)", 'alt="carte" srcset='),
        ("`![](x.png =10x10)`", "<code>![](x.png =10x10)</code>"),
        ("![](javascript:alert =10x10)", "<p>![](javascript:alert =10x10)</p>"),
        ("Un {.mot} au milieu", "<p>Un {.mot} au milieu</p>"),
        ("- [ ] Un avis {#b-7k2qx9ma}", "{#b-7k2qx9ma}"),
        ("[a](b)\\{.mot}", "</a>{.mot}"),
        ("[!note] sans citation", "<p>[!note] sans citation</p>"),
        ("> [note] une référence", "<p>[note] une référence</p>"),
        ("%%en clair%%", "<p>%%en clair%%</p>"),
    ],
)
def test_what_is_ours_stays(text: str, shown: str) -> None:
    assert shown in html(text)


def test_the_name_of_a_picture_leads_where_the_wiki_says() -> None:
    found = html("![[plan.png]]", picture=lambda name: f"images/{name}")
    assert '<img src="/images/plan.png" alt="plan" srcset=' in found


def test_where_words_come_before_their_page() -> None:
    pages = {"installation": Resolved("guide/installation", "Installation")}
    text = "[[Comment faire|installation]] [[installation|Comment faire]] [[installation]]"
    ours = html(text, resolve=pages.get)
    assert ours.count('href="/guide/installation"') == 2
    theirs = html(text, resolve=pages.get, turned=lambda: True)
    assert theirs.count('href="/guide/installation"') == 3
    assert ">Comment faire</a> <a" in theirs


def test_pages_are_found_by_path_then_title_then_name() -> None:
    texts = {
        "b/note": "# Autre titre\n",
        "a/b/note": "# Encore\n",
        "c": "---\naliases: [ancienne]\n---\n# Note à part\n",
        "home": "# Accueil\n",
    }
    names = Names(named(Page(path, f"{path}.md", text)) for path, text in texts.items())
    assert names.find("Note") is None
    assert names.find("Note", by_name=True) == "b/note"
    assert names.find("a/b/note") == "a/b/note"
    assert names.find("note à part") == "c"
    assert names.find("ancienne") == "c"
    assert names.find_path("en/c") == "c"
    assert names.find_path("index") == "home"
    assert names.find_path("rien") is None


@given(st.text('![]()|{}. =x0123456789%ab-_#>\n"\\', max_size=60))
def test_reading_any_of_it_never_raises(text: str) -> None:
    assert read_document(text).text == text
    html(text)
