"""Nothing that is typed raises, and what is shown is escaped."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wiki.pages.page import Page
from wiki.pages.paths import title_from_path
from wiki.pages.words import fold
from wiki.projections.analysis import forms, plain_words, stem, words
from wiki.projections.searching import plain_text, synonyms
from wiki.projections.searching.extracts import Marker, extract
from wiki.projections.searching.index.entries import MOST_FORMS, Card, Entry, entries
from wiki.projections.searching.question import LONGEST, MOST_WORDS, read_question
from wiki.projections.searching.spelling import distance
from wiki.projections.searching.synonyms import (
    EQUAL,
    NARROWER,
    THESAURUS,
    of_acronyms,
    of_thesaurus,
)
from wiki.projections.tables.store import Stores

from .searching import Library, a_library
from .world import VISITOR, page

PIECES = (
    *('"', "“", "«", "»", "-", "- ", ":", "type:", "titre:", "theme:", "-titre:", '-"', "::"),
    *("AND", "OR", "NOT", "*", "?", "~2", "^3", "[a TO b]", "(", ")", "\\", "\0", "\ud800"),
    *("capteur", "Œuvre", "l'été", "ĲŁß", "数据", "e\u0301", "\u202e", "https://a.b/c", "12:30"),
    *(" ", "\n", "\t", "a" * 500, "é" * 80, "🙂", "İ", "ﬁ"),
)
typed_texts = st.one_of(
    st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
)
quick = settings(max_examples=60, deadline=None, database=None)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("small"), stores) as made:
        text = "L'été, l'œuvre d'un capteur <i>&amp;</i> 数据 ĲŁß ﬁn e\u0301.\n\n"
        need = "::: besoins\n- Un capteur <b> #été\n\n:::\n"
        made.write({"a.md": page(text + need, title="İ Été", type="project")})
        yield made


@quick
@given(typed=typed_texts, kind=st.sampled_from(["", "project", "\0", "'"]), spaces=st.booleans())
@example(typed="capteur", kind="", spaces=False)
@example(typed="œuvre fin ete", kind="", spaces=True)
def test_no_question_is_wrong(small: Library, typed: str, kind: str, spaces: bool) -> None:
    filters = {"type": (kind,)} if kind else {}
    results = small.ask(typed, filters=filters, by_space=spaces)
    assert not results.damaged
    assert results.total >= len(results.hits)
    for hit in results.hits:
        assert not re.search(r"[<>]", re.sub(r"</?mark>", "", hit.snippet_html))
    small.search.suggest(typed, VISITOR)
    small.search.ranked(typed, VISITOR, kind)


def test_what_is_no_field_is_words() -> None:
    question = read_question("https://exemple.org 12:30 cle:valeur")
    assert question.typed == ["https", "exemple", "org", "12", "30", "cle", "valeur"]
    assert not question.filters


def test_a_question_is_read() -> None:
    question = read_question(
        'Capteurs "au champ" -drone -"de loin" titre:ferme thème:"Travail / Emploi" -type:besoin '
    )
    assert [word.form for word in question.words] == ["capteurs", "champ", "ferme"]
    assert [[word.form for word in phrase] for phrase in question.phrases] == [["au", "champ"]]
    assert [[word.form for word in phrase] for phrase in question.without] == [
        ["drone"],
        ["de", "loin"],
    ]
    assert question.titles == ["ferme"]
    assert question.filters == {"theme": {"travail-emploi"}}
    assert question.refused == {"type": {"need"}}
    assert question.last == ""
    assert read_question("capteurs fer").last == "fer"


@quick
@example("0000000\u0f69")
@given(st.text())
def test_a_question_is_bounded(text: str) -> None:
    question = read_question(text * 50)
    assert len(question.words) <= MOST_WORDS
    assert len(question.text) <= LONGEST + 1


@quick
@given(st.text(max_size=80))
def test_words_are_folded_and_stems_are_never_empty(text: str) -> None:
    for form, _place in words(text):
        assert form == fold(form)
        for lang in ("fr", "en"):
            assert stem(form, lang)


@quick
@given(st.text("aéàùÉÇçœŒLsx'-DF9 ", max_size=40))
def test_case_and_accents_do_not_matter(text: str) -> None:
    assert plain_words(text) == plain_words(text.upper()) == plain_words(fold(text))


@pytest.mark.parametrize(
    "together",
    [
        "accès acces ACCÈS",
        "réfugié réfugiés réfugiée réfugiées",
        "vélo vélos",
        "jeu jeux",
        "travail travaux",
        "cheval chevaux",
        "régional régionale régionaux",
        "actif active actives",
        "agriculteur agricultrice agriculteurs",
        "lycéen lycéenne",
        "professionnel professionnelles",
        "expérimenter expérimentation",
        "rapide rapidement",
        "œuvre oeuvres",
    ],
)
def test_inflected_forms_share_a_stem(together: str) -> None:
    assert len({stem(form, "fr") for form in plain_words(together)}) == 1


@pytest.mark.parametrize("apart", ["formation forme", "mer mère", "logement loge", "bât bâtiment"])
def test_other_words_do_not(apart: str) -> None:
    one, other = plain_words(apart)
    assert stem(one, "fr") != stem(other, "fr")


@pytest.mark.parametrize(
    ("run", "found"),
    [
        ("DossierFacile", ("dossierfacile", "dossier", "facile")),
        ("APIEntreprise", ("apientreprise", "api", "entreprise")),
        ("covid19", ("covid19", "covid", "19")),
        ("iPhone", ("iphone",)),
        ("CO2", ("co2",)),
        ("OCDE", ("ocde",)),
    ],
)
def test_parts_of_a_word(run: str, found: tuple[str, ...]) -> None:
    assert forms(run) == found


def plain_distance(a: str, b: str) -> int:
    """The same distance by its recursive definition."""
    if not a or not b:
        return len(a) + len(b)
    ways = [
        plain_distance(a[1:], b) + 1,
        plain_distance(a, b[1:]) + 1,
        plain_distance(a[1:], b[1:]) + (a[0] != b[0]),
    ]
    if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
        ways.append(plain_distance(a[2:], b[2:]) + 1)
    return min(ways)


@settings(max_examples=60, deadline=None, database=None)
@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 3))
def test_distance(a: str, b: str, most: int) -> None:
    assert distance(a, b, most) == min(plain_distance(a, b), most + 1)


@quick
@given(text=st.text(max_size=600), wanted=st.lists(st.text(max_size=9), max_size=4))
def test_extracts_are_short_and_escaped(text: str, wanted: list[str]) -> None:
    forms_wanted = [plain_words(word) for word in wanted if plain_words(word)]
    shown = extract(
        Card("p", "t", "", "fr", "", plain_text.say_plainly(text, "fr")), Marker(forms_wanted, "a")
    )
    bare = re.sub(r"</?mark>", "", shown)
    assert not re.search(r"[<>\"']", bare)
    assert shown.count("<mark>") == shown.count("</mark>")
    assert len(re.sub(r"&[#x0-9a-z]+;", "x", bare)) < 260


def terms(found: Iterable[tuple[str, float]]) -> set[str]:
    return {term for term, _worth in found}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L'agence de l'eau (AE) paie.", {"ae=agence de l eau", "agenc eau=ae"}),
        ("On parle d'IA (intelligence artificielle).", {"ia=intelligence artificielle"}),
        ("Un texte (ABC) sans rapport.", set()),
        ("(AE) seul, et une phrase (voir plus bas).", set()),
    ],
)
def test_acronyms_that_a_page_explains(text: str, found: set[str]) -> None:
    assert found <= terms(of_acronyms(text))
    assert found or not terms(of_acronyms(text))


HOSTILE = {
    "letters": "a" * 200_000,
    "hyphens": "x-" * 50_000,
    "digits": "0123456789" * 20_000,
    "emoji": "🐄" * 50_000,
    "brackets": "()" * 100_000,
    "lines": "\n" * 200_000,
    "short": "(AB)" * 12_000,
    "capitals": "A " * 100_000,
    "explained": "a b (AB) " * 5_000,
    "terms": "- " + " = ".join(f"m{i}" for i in range(40)) + "\n",
    "wide": ("- " + "a=b=" * 20 + "\n") * 500,
    "words": " ".join(f"w{i}" for i in range(12_000)),
    "unfolding": "\ufdfa" * 60_000,
}


def calls(work: Callable[[], object]) -> int:
    """How many functions ``work`` calls, of ours and of what we use: its steps, without a clock."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_steps_for_a_page_are_bounded_by_its_length(text: str) -> None:
    # Of the thesaurus all is read that is read of any page, and then its lines.
    made = Page(THESAURUS, "p.md", f"# {text[:99_000]}\n\n{text}", "", "")
    _parsed = made.document, made.title, made.summary
    # Fewer than thirty for a word of two letters and what separates it, and what a page costs.
    found: list[Entry] = []
    assert calls(lambda: found.extend(entries(made, "public", None))) < 15 * len(text) + 800_000
    (entry,) = found
    assert len(entry.words) <= MOST_FORMS
    assert len(entry.roots) <= 2 * MOST_FORMS + 2_000
    assert max((len(posting.term) for posting in entry.words), default=0) <= 40
    assert len(entry.card.title) <= 300


def test_what_is_read_of_a_page_is_bounded() -> None:
    assert len(list(of_acronyms("un deux (UD) " * 50_000))) == 2_000
    assert len(list(of_thesaurus(HOSTILE["terms"] * 100))) == 20_000
    needs = ("::: besoins\n" + "- a\n" * 400 + "\n:::\n\n") * 4
    assert len(list(entries(Page("p", "p.md", needs, "", ""), "public", None))) == 1_001
    # What a word of questions is compared with, and kept by, is no longer than a word.
    assert forms("é" * 100_000) == ("e" * 40,)


def test_what_may_be_an_acronym_is_a_few_letters() -> None:
    """What begins at each capital ends within its bound."""
    short = synonyms._SHORT.pattern
    assert "*" not in short
    assert "+" not in short


def test_a_thesaurus_is_read_as_people_write_it() -> None:
    text = (
        "Une phrase, avec des virgules. Et une autre.\n\n- objets connectés = IoT\n"
        "  - LoRa = LoRaWAN\n    - passerelle\n- vélo\n\nbus, car, tram\n"
    )
    found = dict(of_thesaurus(text))
    assert found["objet connect=iot"] == found["iot=objets connectes"] == EQUAL
    assert found["iot=lora"] == found["lora=passerelle"] == NARROWER
    assert found["bus=tram"] == EQUAL
    assert not {"lora=iot", "iot=passerelle", "velo=lora"} & found.keys()


@quick
@given(st.lists(st.sampled_from(["- a", "  - b = c", " = ", ",", "a, b", "\t- ", "-", "(AB)"])))
def test_no_thesaurus_is_wrong(lines: list[str]) -> None:
    for term, worth in [*of_thesaurus("\n".join(lines)), *of_acronyms(" ".join(lines))]:
        key, _, words_ = term.partition("=")
        assert key
        assert words_
        assert 0 < worth < 1


#: what is taken out of a text, or put otherwise, each as one would write it down
_PLAIN = (
    (r"(?i)(?<!\S)(?:vu|seen):\S+\s?", ""),
    (r'(?<!\S)(?:@"([^"\n]{1,80})"|[@#](?=\w))', lambda found: found[1] or ""),
    (
        r"(?<!\S)(?:#{1,6}|:{3,}|-\s\[[ xX]\]|\[[ xX]\]|\|(?:[\s:-]*\|)*|`{1,3}|-{3,}"
        r"|\\|[-*+](?=\s\d{4}-\d{2}))(?!\S)\s?",
        "",
    ),
    (r"(\*\*|__|~~|`)(?=\S)([^*_~`\n]{1,200}?)(?<=\S)\1", r"\2"),
    (
        r"(?<![^\s(«“])(?:[a-z0-9-]+/)+([a-z0-9]+(?:-[a-z0-9]+)+)(?![\w/-])",
        lambda found: title_from_path(found[1]),
    ),
    (r"(?i)(?<!\S)(avant|before):\s?(?=\d{4}-)", lambda found: f"{found[1].lower()} "),
    (
        r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})\S*)?(?![\w-])",
        lambda found: plain_text._day(found, "fr"),
    ),
)
_BITS = (
    *(
        "#",
        "##",
        "@",
        '@"',
        '"',
        '@"Nord Est"',
        ":",
        "::: ",
        "::::",
        "--",
        "---",
        "- ",
        "*",
        "+",
        "|",
    ),
    *("|:-:", "`", "``", "```", "````", "\\", "[ ]", "[x]", "**gras**", "**av", "ant**:", "1"),
    *("vu:2026-01-02", "Seen:x", "avant:", "before:2026-04-02", "2026-11-28", "2026-11-28T10:30Z"),
    *("x2026-11-28", "-2026-11", "projets/lora-a-la-ferme", "a/b", "/a-b", "x/y-z/", "mot", "é"),
    *("(", "«", "#theme", "@lieu"),
)


@quick
@given(st.lists(st.tuples(st.sampled_from(_BITS), st.sampled_from(["", " ", "\n"])), max_size=9))
def test_a_text_is_said_as_plain_patterns_would_say_it(bits: list[tuple[str, str]]) -> None:
    text = "".join(map("".join, bits))
    said = text
    for pattern, new in _PLAIN:
        said = re.sub(pattern, new, said)
    assert plain_text.say_plainly(text, "fr") == said


class _Interrupted(str):
    """A word; as soon as one of its letters is looked at, another thread stems another word."""

    def __getitem__(self, at: object) -> str:
        thread = Thread(target=stem, args=("lettre", "en"))
        thread.start()
        thread.join()
        return super().__getitem__(at)  # type: ignore[index]


def test_threads_stem_words_at_once() -> None:
    assert stem(_Interrupted("internationalities"), "en") == "internat"
