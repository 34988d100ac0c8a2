"""What is found, in which order, and how it is shown."""

from collections.abc import Iterator

import pytest

from wiki.projections.searching.extracts import Marker, extract
from wiki.projections.searching.index.entries import Card
from wiki.projections.searching.plain_text import say_plainly
from wiki.projections.searching.results import Hit, SearchResults
from wiki.projections.tables.store import Stores

from .searching import Library, a_library
from .world import MEMBER, VISITOR, page


def write_farm(library: Library) -> Library:
    library.write(
        {
            "projets/lora/index.md": page(
                "Des capteurs mesurent l'humidité des sols.\n\n"
                "::: besoins\n- [ ] Un expert **LoRaWAN** pour relire l'architecture radio"
                " #lora @Bretagne {#b-7k2qx9ma}\n- [x] Un agriculteur témoin\n\n:::\n",
                type="project",
                title="LoRa à la ferme",
                summary="Des capteurs dans les champs.",
                themes="[Agriculture, Objets connectés]",
                territory="Bretagne",
            ),
            "projets/lora/cahier.md": page(
                "Le protocole de transmission est chiffré.", title="Cahier des charges"
            ),
            "projets/dossier.md": page(
                "Un dossier unique pour louer.",
                type="project",
                title="DossierFacile",
                themes="[Logement]",
                territory="France entière",
            ),
            "projets/accueil.md": page(
                "Accès aux droits.", type="project", title="Réfugiés info", themes="[Social]"
            ),
            "en/sensors.md": page("We measure running rivers.", title="River sensors", lang="en"),
            "personnes/awa.md": page(
                "Je connais les réseaux.\n\n::: offres\n- Une heure sur la radio #lora"
                " {#o-11111111}\n\n:::\n",
                type="person",
                title="Awa",
            ),
            "notes.md": page("Un agriculteur parle de capteurs.", title="Notes de juin"),
        }
    )
    return library


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> Iterator[Library]:
    """A wiki that is only read."""
    with a_library(tmp_path_factory.mktemp("farm"), stores) as made:
        yield write_farm(made)


@pytest.mark.parametrize(
    "query",
    ["accès", "acces", "Accès", "ACCÈS", "accès droit", "l'accès aux droits", "acces aux droit"],
)
def test_accents_capitals_and_plurals_meet(farm: Library, query: str) -> None:
    assert farm.paths(query)[0] == "projets/accueil"


@pytest.mark.parametrize(
    "query",
    ["dossier facile", "DossierFacile", "dossierfacile", "facile", "dossierf", "dossier fac"],
)
def test_a_title_in_one_word_is_found_in_two_and_as_one_types(farm: Library, query: str) -> None:
    assert farm.paths(query)[0] == "projets/dossier"


@pytest.mark.parametrize("query", ["refugiesinfo", "réfugiés info", "réfugié", "réfugiée"])
def test_a_title_in_two_words_is_found_in_one(farm: Library, query: str) -> None:
    assert farm.paths(query)[0] == "projets/accueil"


@pytest.mark.parametrize("query", ["runs river", "run", "sensor"])
def test_english_pages_are_stemmed_in_english(farm: Library, query: str) -> None:
    assert "en/sensors" in farm.paths(query)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("agricultuer", "agriculteur"), ("humidité protocle", "humidité protocole")],
)
def test_misspelt_words_are_found_and_corrected(farm: Library, typed: str, meant: str) -> None:
    results = farm.ask(typed)
    assert results.total
    assert results.suggestion == meant


def test_what_is_spelt_right_is_not_corrected(farm: Library) -> None:
    assert farm.ask("réfugiés capteurs protocole").suggestion == ""


def test_titles_come_before_summaries_before_bodies(library: Library) -> None:
    filler = "Rien de plus à dire sur ce sujet."
    library.write(
        {
            "body.md": page(f"La tourbe. {filler}", title="Un", summary="Deux mots."),
            "summary.md": page(filler, title="Deux", summary="La tourbe."),
            "title.md": page(filler, title="La tourbe", summary="Deux mots."),
        }
    )
    assert library.paths("tourbe") == ["title", "summary", "body"]


def test_exact_forms_come_before_inflected_ones(library: Library) -> None:
    library.write(
        {
            "a.md": page("", title="Le jardin partagé"),
            "b.md": page("", title="Le jardins partagés"),
        }
    )
    assert library.paths("jardin partagé") == ["a", "b"]
    assert library.paths("jardins partagés") == ["b", "a"]


def test_all_words_come_before_some(library: Library) -> None:
    library.write(
        {
            "both.md": page("On parle de vélo, et plus loin de ville.", title="Un"),
            "often.md": page("Vélo, vélo, vélo, vélo, vélo, vélo.", title="Deux"),
            "other.md": page("La ville.", title="Trois"),
        }
    )
    assert library.paths("vélo ville")[0] == "both"


def test_needs_offers_and_people_are_results_of_their_own(farm: Library) -> None:
    hits = {(hit.kind, hit.path): hit for hit in reversed(farm.ask("lora").hits)}
    need = hits["need", "projets/lora"]
    assert need.anchor == "b-7k2qx9ma"
    assert need.title == "Un expert LoRaWAN pour relire l'architecture radio"
    assert ("offer", "personnes/awa") in hits
    assert ("project", "projets/lora") in hits
    assert farm.paths("type:personne réseaux") == ["personnes/awa"]


def test_a_phrase_stands_in_its_order(farm: Library) -> None:
    assert farm.paths('"capteurs mesurent"') == ["projets/lora"]
    assert farm.paths('"mesurent capteurs"') == []
    assert farm.paths('"accès aux droits"') == ["projets/accueil"]
    assert farm.paths('"accès droits"') == []


def test_a_phrase_where_a_page_has_its_words_beyond_what_is_kept(library: Library) -> None:
    short = {f"p{number}.md": page("Une baleine bleue.", title="Petit") for number in range(12)}
    far = "mot " * 66_000
    library.write({"a.md": page(f"{far} baleine bleue", title="Long"), **short})
    assert len(library.paths('"baleine bleue"')) == 12
    assert "a" in library.paths("baleine", limit=100)


def test_minus_leaves_out(farm: Library) -> None:
    assert set(farm.paths("capteurs")) == {"projets/lora", "notes"}
    assert farm.paths("capteurs -humidité") == ["notes"]
    assert farm.paths('capteurs -"agriculteur parle"') == ["projets/lora"]


def test_fields(farm: Library) -> None:
    assert set(farm.paths("titre:ferme")) == {"projets/lora"}
    assert farm.paths("title:agriculteur") == []
    # What a space says holds for all its pages and items.
    assert set(farm.paths("theme:agriculture")) == {"projets/lora", "projets/lora/cahier"}
    assert set(farm.paths("thème:Logement,Social")) == {"projets/dossier", "projets/accueil"}
    # France entière is in every territory.
    assert set(farm.paths("territoire:Bretagne type:project")) == {
        "projets/lora",
        "projets/dossier",
    }
    assert farm.paths("-type:project -type:page -type:person -type:need -type:offer a") == []


def test_stop_words_alone_find_titles(library: Library) -> None:
    library.write({"a.md": page("Rien.", title="Et après"), "b.md": page("Et puis.", title="B")})
    assert library.paths("et après") == ["a"]


def test_facets_follow_what_is_chosen(farm: Library) -> None:
    def counts(**filters: tuple[str, ...]) -> dict[str, dict[str, int]]:
        facets = farm.ask("-zorglub", filters=filters).facets
        return {key: {one.slug: one.count for one in values} for key, values in facets.items()}

    assert counts()["type"]["project"] == 3
    assert counts()["theme"]["logement"] == 1
    chosen = counts(theme=("logement",))
    assert chosen["type"] == {"project": 1}
    # Of the facet itself, the other values stay to be chosen; its page and its two needs count.
    assert chosen["theme"]["agriculture"] == 4
    assert set(chosen["territory"]) == {"france-entiere"}
    assert counts(theme=("nobody",))["theme"]["nobody"] == 0
    label = next(one for one in farm.ask("lora").facets["theme"] if one.slug == "objets-connectes")
    assert (label.label, label.chosen) == ("Objets connectés", False)


def test_one_line_a_space(farm: Library) -> None:
    ranked = farm.search.ranked("protocole de transmission", VISITOR, "project")
    assert [path for path, _score in ranked] == ["projets/lora"]
    ranked = farm.search.ranked("capteurs lora radio dossier", VISITOR)
    paths, scores = zip(*ranked, strict=True)
    assert len(set(paths)) == len(paths)
    shown = [float(f"{score:.6f}") for score in scores]
    assert shown == sorted(set(shown), reverse=True)


def test_windows_join_into_the_whole(farm: Library) -> None:
    whole = farm.ask("capteurs lora dossier agriculteur", limit=50)
    assert whole.total == len(whole.hits)
    parts: list[Hit] = []
    for start in range(0, whole.total, 2):
        window = farm.ask("capteurs lora dossier agriculteur", limit=2, offset=start)
        assert window.total == whole.total
        parts += window.hits
    assert tuple(parts) == whole.hits


def test_a_window_of_a_few_of_each_kind(farm: Library) -> None:
    asked = "capteurs lora dossier agriculteur"
    whole, few = farm.ask(asked), farm.ask(asked, of_a_kind=1)
    kinds = {hit.kind for hit in whole.hits}
    of = {kind: [hit for hit in whole.hits if hit.kind == kind] for kind in kinds}
    firsts = [hit for kind, hits in of.items() for hit in hits[: 2 if kind == "page" else 1]]
    assert len(firsts) < len(whole.hits)
    assert few.hits == tuple(hit for hit in whole.hits if hit in firsts)
    assert (few.total, few.facets) == (whole.total, whole.facets)


def test_extracts_show_why_and_are_escaped(library: Library) -> None:
    before = "Une phrase qui ne dit rien du tout. " * 30
    library.write(
        {
            "a.md": page(
                f"{before} Ici `<b>` et les Réseaux & leurs **nœuds**. {before}", title="Un titre"
            )
        }
    )
    (hit,) = library.ask("reseau noeud").hits
    assert "<mark>Réseaux</mark> &amp; leurs <mark>nœuds</mark>" in hit.snippet_html
    assert "&lt;b&gt;" in hit.snippet_html
    assert hit.snippet_html.startswith("… ")
    assert hit.snippet_html.endswith(" …")
    assert len(hit.snippet_html) < 400


def test_suggestions_as_one_types(farm: Library) -> None:
    def titles(typed: str) -> list[str]:
        return [one.title for one in farm.search.suggest(typed, VISITOR)]

    assert titles("lo") == ["LoRa à la ferme"]
    assert titles("ferme lo") == ["LoRa à la ferme"]
    assert titles("cahier des ch") == ["Cahier des charges"]
    assert titles("dossier fa") == ["DossierFacile"]
    assert titles("refug") == ["Réfugiés info"]
    kinds = [farm.search.suggest("lo", VISITOR, kind=kind) for kind in ("project", "person")]
    assert [len(one) for one in kinds] == [1, 0]
    assert titles("") == titles(" - ") == titles("zzz") == []


def test_a_change_is_found_at_the_next_question(library: Library) -> None:
    farm = write_farm(library)
    assert farm.paths("zorglub") == []
    farm.write({"notes.md": page("Un zorglub.", title="Notes")})
    assert farm.paths("zorglub") == ["notes"]
    assert farm.paths("juin") == []
    farm.write({"notes.md": None, "ailleurs.md": page("Un zorglub.", title="Ailleurs")})
    assert farm.paths("zorglub") == ["ailleurs"]
    farm.write({"ailleurs.md": None})
    assert farm.paths("zorglub") == []
    assert farm.search.suggest("aill", VISITOR) == ()


def test_many_small_changes_leave_few_parts(library: Library) -> None:
    farm = write_farm(library)
    for number in range(20):
        farm.write({f"p/{number}.md": page(f"Un gloubi numéro{number}.", title=f"P {number}")})
        assert farm.ask("gloubi").total == number + 1
    assert len(farm.search._shelf.snapshot().parts) <= 8
    assert farm.paths("numéro17") == ["p/17"]
    everything = farm.ask("gloubi", limit=50)
    farm.search.reset()
    assert farm.ask("gloubi", limit=50).hits == everything.hits
    assert len(farm.search._shelf.snapshot().parts) == 1
    assert farm.search.reflects() == farm.repository.head()


def test_the_thesaurus_of_the_wiki_is_used_at_once(library: Library) -> None:
    farm = write_farm(library)
    assert "en/sensors" not in farm.paths("sonde fluviale")
    farm.write({"thesaurus.md": "- sonde fluviale = river sensor\n"})
    assert farm.paths("sondes fluviales") == ["en/sensors", "thesaurus"]
    assert farm.ask("sondes fluviales").also == ("river sensor",)
    assert farm.ask("capteurs").also == ()
    assert "<mark>" in farm.ask("sondes fluviales").hits[0].snippet_html
    farm.write({"thesaurus.md": None})
    assert "en/sensors" not in farm.paths("sonde fluviale")


def test_words_that_no_page_has_are_told_to_who_may_see_none(library: Library) -> None:
    farm = write_farm(library)
    assert farm.ask("capteurs Xylophonique").missing == ("Xylophonique",)
    assert farm.ask("capteurs le de").missing == ()
    assert farm.ask("capteurss").missing == (), "another word stands for it"
    farm.write({"secret.md": page("Un xylophonique.", title="Secret", visibility="members")})
    assert farm.ask("capteurs xylophonique").missing == ("xylophonique",)
    assert farm.ask("capteurs xylophonique", audience=MEMBER).missing == ()


def test_other_words_come_after_the_word_itself(library: Library) -> None:
    filler = "Rien de plus à dire sur ce sujet. " * 40
    thesaurus = "- ferme = exploitation = tracteur de la plaine\n  - étable\n    - vache\n"
    library.write(
        {
            "thesaurus.md": page(thesaurus, title="Thésaurus"),
            "modeles/ferme.md": page("", title="Ferme, une ferme", summary="La ferme."),
            "word.md": page(f"{filler} Un mot sur des fermes. {filler}", title="Un", summary="S."),
            "other.md": page("Exploitation.", title="Exploitation", summary="Exploitation."),
            "words.md": page("Le bord de la route, un tracteur de la plaine.", title="Deux"),
            "narrow.md": page("Étable.", title="Étable"),
            "narrower.md": page("Vache.", title="Vache"),
        }
    )
    found = library.ask("ferme")
    paths = [hit.path for hit in found.hits]
    assert paths[0] == "word"
    assert set(paths[1:3]) == {"other", "words"}
    # The word is there, so that narrower terms are not looked for; pages about words come last.
    assert set(paths[3:]) == {"thesaurus", "modeles/ferme"}
    shown = {hit.path: hit.snippet_html for hit in found.hits}
    assert "<mark>tracteur</mark> de la <mark>plaine</mark>" in shown["words"]
    assert "<mark>de</mark>" not in "".join(shown.values())
    # Who names one of them gets it.
    assert library.paths("thésaurus") == ["thesaurus"]
    assert library.paths("ferme une ferme")[0] == "modeles/ferme"


def test_narrower_terms_are_found_where_the_word_is_nowhere(library: Library) -> None:
    hidden = page("- étable = grange aux vaches\n  - salle de traite\n", title="Thésaurus")
    library.write({"thesaurus.md": hidden, "a.md": page("Une salle de traite.", title="A")})
    # The thesaurus itself has the word, which is no answer.
    assert library.paths("étable") == ["a", "thesaurus"]
    library.write({"b.md": page("Une étable.", title="B")})
    assert library.paths("étable") == ["b", "thesaurus"]


def test_a_question_that_asks_nothing_finds_nothing(farm: Library) -> None:
    for typed in ("", "  ", "!!", '""', "-"):
        assert farm.ask(typed) == SearchResults()
        assert farm.search.ranked(typed, VISITOR) == []
        assert farm.search.ranked(typed, VISITOR, "project") == []
    assert farm.ask("", filters={"type": ("project",)}).total == 3
    assert len(farm.search.ranked("theme:logement", VISITOR)) == 1


def test_where_a_project_was_presented_is_told_by_its_title(library: Library) -> None:
    library.write(
        {
            "p/a.md": page("", title="A", type="project", presented="['[[e/un-soir]]']"),
            "p/b.md": page(
                "", title="B", type="project", presented="['[[e/de-nuit]]', '[[e/x-y]]']"
            ),
            "e/un-soir.md": page("", title="Soirée d'essai", type="event"),
            "e/de-nuit.md": page("", title="Secrète", type="event", visibility="members"),
        }
    )

    def labels(audience: frozenset[str]) -> dict[str, str]:
        facets = library.ask("type:project", audience).facets
        return {one.slug: one.label for one in facets["presented"]}

    # Of what is not there, or not to be seen, nothing is said; but what projects say finds them.
    assert labels(VISITOR) == {"e-un-soir": "Soirée d'essai"}
    assert labels(MEMBER) == {"e-un-soir": "Soirée d'essai", "e-de-nuit": "Secrète"}
    chosen = {"presented": ("e-de-nuit",)}
    assert [hit.path for hit in library.ask("type:project", filters=chosen).hits] == ["p/b"]


def test_an_acronym_finds_what_it_means(library: Library) -> None:
    library.write(
        {
            "a.md": page("La protection maternelle et infantile (PMI) du canton.", title="A"),
            "b.md": page("Une protection maternelle, infantile.", title="B"),
            "c.md": page("La PMI.", title="C"),
        }
    )
    assert set(library.paths("pmi")) == {"a", "b", "c"}
    assert set(library.paths("protection maternelle infantile")) == {"a", "b", "c"}


def test_an_extract_reads_as_one_would_say_it() -> None:
    text = 'Un véto #élevage @"à distance" @Bretagne ; écrire à a@b.fr en C#, & #1 dispo:2'
    assert extract(Card("p", "t", "", "fr", "", say_plainly(text, "fr")), Marker([("veto",)])) == (
        "Un <mark>véto</mark> élevage à distance Bretagne ; écrire à a@b.fr en C#, &amp; 1 dispo:2"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Une voûte maçonnerie avant:2027-03-01 vu:2026-11-02 à Rennes",
         "Une voûte maçonnerie avant 1er mars 2027 à Rennes"),
        ("::: historique - 2026-09-12 prototype — Posé ; 2026-13-01",
         "historique 12 septembre 2026 prototype — Posé ; 2026-13-01"),
        ("## Budget ::: retours **Tenable** ? - [x] fait",
         "Budget retours Tenable ? fait"),
        ("à Paris. \\ C’est dit, en C:\\ aussi",
         "à Paris. C’est dit, en C:\\ aussi"),
        ("voir projets/lora-a-la-ferme, et/ou la nord-sud",
         "voir Lora a la ferme, et/ou la nord-sud"),
        ("un – deux - trois * quatre 3 * 4 https://x.org/a-b/c-d",
         "un – deux - trois * quatre 3 * 4 https://x.org/a-b/c-d"),
    ],
)  # fmt: skip
def test_an_extract_has_no_signs_of_machines(text: str, shown: str) -> None:
    assert (
        extract(Card("p", "t", "", "fr", "", say_plainly(text, "fr")), Marker([("zzz",)])) == shown
    )
