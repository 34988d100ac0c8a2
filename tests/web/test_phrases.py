"""The words of a change: what is done to a text is named, and what is not done is not."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.needs import sentences as needs
from plugins.status import sentences as status
from wiki.translation import use_language
from wiki.web.history.phrases import Words, joined, phrases

TEXT = """---
title: Jardin
place: Rennes
---
# Jardin

## Contexte

Le jardin est ouvert chaque samedi matin à tous les voisins du quartier qui le veulent bien.

| mois | prix |
|---|---|
| mars | 10 |

- [ ] Réserver la salle
- [ ] Prévenir **la mairie**

![Le plan](plan.png)

::: besoins
- [ ] une salle @Rennes avant:2027-03-01 {#b-07f070ih}
:::

::: historique
- 2026-03-01 prototype — Une maquette
:::
"""
ROW = "| mars | 10 |"
SENTENCE = TEXT.splitlines()[8]
#: what is put in place of what, and the words that follow “Awa a”
TOLD = (
    (ROW, f"{ROW}\n| mai | 9 |", "ajouté une ligne au tableau dans « Contexte »"),
    (ROW, "| mars | 12 |", "modifié le tableau dans « Contexte » : 10 → 12"),
    (f"\n{ROW}", "", "retiré une ligne du tableau dans « Contexte »"),
    ("samedi matin", "dimanche soir", "changé 2 mots dans « Contexte »"),
    ("bien.", "bien !", "corrigé la ponctuation dans « Contexte »"),
    (SENTENCE, "Une serre remplace tout cela.", "récrit un passage dans « Contexte »"),
    ("[ ] Réserver", "[x] Réserver", "coché « Réserver la salle »"),
    ("![Le plan](plan.png)\n\n", "", "retiré une image dans « Contexte »"),
    (f"{SENTENCE}\n", f"{SENTENCE}\n\n![Vue](v.png)\n", "ajouté une image dans « Contexte »"),
    ("place: Rennes", "place: Dakar", "modifié « Lieu » : Rennes → Dakar"),
    ("place: Rennes\n", "", "vidé « Lieu »"),
    ("title: Jardin\nplace: Rennes", "title: Serre\nplace: Dakar", "modifié « Titre » et « Lieu »"),
    ("## Contexte", "## Cadre", "renommé « Contexte » en « Cadre »"),
    (
        "2027-03-01",
        "2027-04-15",
        "changé la date limite du besoin « une salle » : 1er mars 2027 → 15 avril 2027",
    ),
    ("@Rennes avant", "@Dakar avant", "changé le lieu du besoin « une salle » : Rennes → Dakar"),
    ("[ ] une salle", "[x] une salle", "trouvé réponse au besoin « une salle »"),
    ("[ ] une salle", "[ ] un four\n- [ ] une salle", "ajouté un besoin : un four"),
    (
        "- 2026-03",
        "- 2026-09-01 pilote — Dix foyers\n- 2026-03",
        "fait passer le projet de « prototype » à « pilote »",
    ),
    # a page that is named may be closed to who reads this, or taken out again
    ("place: Rennes", "place: Rennes\nteam: ['[[personnes/awa]]']", "modifié « Équipe »"),
    ("place: Rennes", "place: '[[lieux/ruches|Ruches]]'", "modifié « Lieu »"),
    # and signs of Markdown are no words
    (ROW, "| mars | **12** [€](/prix) |", "modifié le tableau dans « Contexte » : 10 → 12 €"),
    ("[ ] Prévenir **la", "[x] Prévenir **la", "coché « Prévenir la mairie »"),
)


@cache
def words() -> Words:
    told = [*needs.item_words(), *status.item_words()]
    return Words({name: one for one in told for name in one.names})


def said(old: str, new: str) -> str:
    with use_language("fr"):
        return joined(phrases(old, new, words())).replace("\xa0", " ")


@pytest.mark.parametrize(("was", "now", "expected"), TOLD, ids=[one[2] for one in TOLD])
def test_what_changed_is_named(was: str, now: str, expected: str) -> None:
    assert TEXT.count(was) >= 1
    changed = TEXT.replace(was, now, 1)
    assert said(TEXT, changed) == expected
    assert said(changed, TEXT)


LINES = st.sampled_from(
    [
        *TEXT.split("\n"),
        "",
        "---",
        "| a",
        "- [ ] \u202eمرحبا",
        "::: besoins",
        ":::",
        "    - b",
        "\0",
    ]
)


@given(st.lists(LINES, max_size=30).map("\n".join), st.lists(LINES, max_size=30).map("\n".join))
def test_any_two_texts_have_words_and_equal_ones_none(old: str, new: str) -> None:
    told = said(old, new)
    assert "\n" not in told and "{" not in told
    assert said(new, new) == ""


@given(st.permutations(TOLD[:1] + TOLD[6:7] + TOLD[9:10] + TOLD[15:16]).map(lambda all: all[:2]))
def test_two_things_done_are_both_named(both: list[tuple[str, str, str]]) -> None:
    text = TEXT
    for was, now, _expected in both:
        text = text.replace(was, now, 1)
    told = said(TEXT, text)
    if {one[2] for one in both} == {TOLD[0][2], TOLD[6][2]}:  # in one chapter: it is named
        assert "Contexte" in told
    else:
        assert all(one[2] in told for one in both)


def test_a_chapter_is_rewritten_where_most_of_it_went() -> None:
    chapter = f"# Jardin\n\n{SENTENCE}\n\n{SENTENCE[::-1]}\n"
    assert said(chapter, "# Jardin\n\nRien n’en reste.\n") == "récrit « Jardin »"
    assert said(chapter, chapter.replace(SENTENCE, "")) == "raccourci « Jardin »"


def test_what_is_large_or_deep_is_told_in_few_words() -> None:
    deep = "".join(f"{'  ' * level}- point {level}\n" for level in range(30))
    items = "".join(f"- [ ] besoin {number}\n" for number in range(3000))
    block = f"::: besoins\n{items}:::\n"
    assert said(block, block.replace("besoin 7\n", "besoin sept\n")).startswith("reformulé le")
    assert said(deep, f"{deep}- fin\n") == "ajouté un point à la liste au début"
    assert said("# ع\n\nمرحبا بالعالم كله هنا\n", "# ع\n\nمرحبا بالعالم كله\n") == (
        "retiré un mot dans « ع »"
    )
