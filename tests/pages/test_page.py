"""A page: what its head says, and what is said for it where it says nothing."""

from wiki.pages.page import Page
from wiki.pages.words import fold, read_number, slug


def page(text: str, path: str = "projets/lora-a-la-ferme") -> Page:
    return Page(path, f"{path}.md", text)


def test_what_a_head_says() -> None:
    found = page(
        "---\ntype: Project\ntitle: T\nsummary: S\nlang: English\nthemes: a, b\n"
        'territory: Bretagne\nteam:\n  - "[[personnes/awa|Awa]]"\naliases: [old/x]\n'
        "source: 12.a\nextra: {a: b}\n---\n# H\n"
    )
    assert (found.type, found.title, found.summary, found.lang) == ("project", "T", "S", "en")
    assert (found.themes, found.territory, found.team) == (
        ("a", "b"),
        "Bretagne",
        ("personnes/awa",),
    )
    assert (found.aliases, found.source, found.body) == (("old/x",), "12.a", "# H\n")
    assert found.facts["themes"] == ("a", "b")
    assert found.document.headings[0].text == "H"


def test_what_is_said_for_it() -> None:
    assert page("text\n\n## H *i*\n").title == "H i"
    assert page("text").title == "Lora a la ferme"
    bare = page("---\ntype: cat\nlang: de\ntitle: [a]\n---\n")
    assert (bare.type, bare.lang, bare.title, bare.team) == ("", "fr", "Lora a la ferme", ())


def test_a_team_that_stands_twice_is_nobody() -> None:
    assert page("---\nteam: [a]\nteam: [b]\n---\n").team == ()


def test_words_are_compared_as_people_mean_them() -> None:
    assert fold("Accès") == fold("acces") == "acces"
    assert slug("Travail / Emploi") == slug("#travail-emploi") == "travail-emploi"
    assert slug("Œuvre d’Été ß") == "oeuvre-d-ete-ss"
    assert slug("…") == ""


def test_a_number_is_a_few_digits_of_ours() -> None:
    assert [read_number(text) for text in ("0", "007", "999999999")] == [0, 7, 999_999_999]
    for text in ("", "-1", "+1", " 1", "1\n", "1_0", "²", "٣", "1234567890", "9" * 5_000):
        assert read_number(text) is None
