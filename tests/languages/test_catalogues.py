"""A language is there by one file; what is wrong in it costs one string, and never the wiki."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages.pseudo import say, write_language
from wiki.config import load_settings
from wiki.errors import BadSetting
from wiki.jinja import day
from wiki.translation import (
    catalogue,
    gettext,
    join_words,
    language_name,
    languages,
    ngettext,
    set_operators,
    text_direction,
    use_language,
    written_language,
)
from wiki.translation.catalogues import Source, sources_of
from wiki.translation.checks import END, ISOLATE, fault
from wiki.translation.compiler import compile_catalogue

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What a test adds is gone after it."""
    yield
    set_operators(None)


def put(folder: Path, text: str, name: str = "ar.po") -> None:
    path = folder / "translations" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    set_operators(None)
    set_operators(folder / "translations")


def message(words: str, said: str) -> str:
    return f'\nmsgid "{words}"\nmsgstr "{said}"\n'


def test_one_file_adds_a_language_of_the_core_and_of_all_plugins(tmp_path: Path) -> None:
    write_language(tmp_path / "translations")
    settings = load_settings(tmp_path, environ={"WIKI_LANG": "ar"})
    set_operators(settings.translations)
    assert settings.offered == ("fr", "en", "ar") == languages()
    assert (language_name("ar"), text_direction("ar")) == ("العربية", "rtl")
    assert language_name("fr") == "Français"
    with use_language("ar"):
        assert gettext("History") == say("History")
        assert gettext("What you need") == say("What you need"), "a plugin’s"
        assert gettext("Nobody ever said this") == "Nobody ever said this"
        assert {ngettext("One person", "{count} people", n) for n in range(120)} == {
            say("{count} people").replace("{count}", f"{ISOLATE}{{count}}{END}")
        }
        assert "نوفمبر" in day(date(2026, 11, 28)), "by CLDR"
        assert join_words(["a", "b"], "ar") == "a وb"
        assert written_language() == "en"
    assert not compile_catalogue("ar", sources_of("ar")).refused


@pytest.mark.parametrize("name", ["ar/a.po", "ar/LC_MESSAGES/carrefour.po", "ar.po"])
def test_a_language_is_found_as_platforms_and_packages_lay_it_out(
    tmp_path: Path, name: str
) -> None:
    put(tmp_path, HEAD + message("History", "تاريخ"), name)
    with use_language("ar"):
        assert gettext("History") == "تاريخ"


def test_a_compiled_catalogue_is_read_too_and_an_operator_may_say_french_otherwise(
    tmp_path: Path,
) -> None:
    source = Source(tmp_path / "x.po", (HEAD + message("History", "تاريخ")).encode())
    put(tmp_path, HEAD + message("History", "Récit"), "fr.po")
    folder = tmp_path / "translations" / "ar"
    folder.mkdir()
    (folder / "carrefour.mo").write_bytes(compile_catalogue("ar", [source]).data)
    set_operators(None)
    set_operators(tmp_path / "translations")
    for lang, said in (("ar", "تاريخ"), ("fr", "Récit")):
        with use_language(lang):
            assert gettext("History") == said
    with use_language("fr"):
        assert gettext("Preview") == "Aperçu"


def test_what_has_not_been_translated_is_said_in_the_language_that_stands_in(
    tmp_path: Path,
) -> None:
    with_french = HEAD + '"X-Fallback-Language: fr\\n"\n' + message("History", "تاريخ")
    put(tmp_path, with_french + message("Preview", ""))
    with use_language("ar"):
        assert (gettext("History"), gettext("Preview")) == ("تاريخ", "Aperçu")
        assert ngettext("One person", "{count} people", 0) == "{count} personne", "by its rules"
        assert written_language() == "fr"
    put(tmp_path, with_french.replace(": fr", ": ar"))
    with use_language("ar"):
        assert gettext("Preview") == "Preview", "it cannot stand in for itself"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Search in {title}", "ا %(evil)s {title}"),
        ("Search in {title}", "ا {title.__class__}"),
        ("Search in {title}", "ا"),
        ("Search in {title}", "ا {title} {"),
        ("History", "<script>ا</script>"),
        ("History", "<a href='/'>ا</a>"),
        ("History", "ا</p>"),
        ("History", 'ا\\" onclick=\\"b'),
        ("History", "ا https://elsewhere.example"),
        ("History", "100 %"),
        ("History", "ا\\nب"),
        ("History", "ا\\u0000".replace("\\u0000", "\x01")),
        ("History", "ا" * 2_000),
        ("History", " "),
        ("History", "&lt;ا"),
    ],
)
def test_a_translation_that_does_not_fit_is_not_used(tmp_path: Path, words: str, said: str) -> None:
    put(tmp_path, HEAD + message(words, said) + message("Preview", "معاينة"))
    with use_language("ar"):
        assert gettext(words) == words
        assert gettext("Preview") == "معاينة"
    (refused,) = compile_catalogue("ar", sources_of("ar")).refused
    assert refused.words == words and refused.why and refused.line


@pytest.mark.parametrize("forms", [["ا"], ["ا"] * 5, [*["ا"] * 5, ""], ["ا"] * 7, ["ا {x}"] * 6])
def test_plural_forms_of_another_number_than_the_language_has_are_not_used(
    tmp_path: Path, forms: list[str]
) -> None:
    said = "".join(f'msgstr[{n}] "{form}"\n' for n, form in enumerate(forms))
    put(tmp_path, f'{HEAD}\nmsgid "One person"\nmsgid_plural "{{count}} people"\n{said}')
    with use_language("ar"):
        for count, expected in ((0, "{count} people"), (1, "One person"), (200, "{count} people")):
            assert ngettext("One person", "{count} people", count) == expected


def test_a_file_that_is_none_costs_itself_alone(tmp_path: Path) -> None:
    put(tmp_path, HEAD + message("History", "تاريخ"), "ar/good.po")
    folder = tmp_path / "translations" / "ar"
    broken: dict[str, bytes] = {
        "binary": b"\xff\xfe\x00msgid",
        "cut": b'msgid "Preview"\nmsgstr',
        "words": b'hello\n"x"\nmsgstr[9999999999] "a"\nmsgstr[x] "a"\n',
        "head": b'msgid ""\nmsgstr "Plural-Forms: nplurals=99; plural=1/0\\n"\n',
        "large": b"#" * 9_000_000,
    }
    for name, data in broken.items():
        (folder / f"{name}.po").write_bytes(data)
    (folder / "broken.mo").write_bytes(b"\xde\x12\x04\x95" + b"\xff" * 40)
    (folder / "gone.po").symlink_to(folder / "nowhere")
    for name in ("klingon.po", "und.po", "../x.po", "ar_.po"):
        (tmp_path / "translations" / Path(name).name).write_text(HEAD, "utf-8")
    set_operators(None)
    set_operators(tmp_path / "translations")
    assert languages() == ("fr", "en", "ar")
    with use_language("ar"):
        assert gettext("History") == "تاريخ"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_a_catalogue(data: bytes) -> None:
    head = HEAD.encode()
    for name in ("x.po", "x.mo"):
        for given_bytes in (data, head + data):
            compile_catalogue("ar", [Source(Path(name), given_bytes)])


@given(st.text(st.sampled_from("a {}%()s<>&;\"'\n\x00/:"), max_size=20))
def test_what_is_let_through_can_be_filled_in(said: str) -> None:
    if not fault(["Hello {name}"], [said]):
        assert said.format(name="x").count("x") >= 1 and not set(said) & set('<>"&\n')


def test_a_language_that_is_there_no_more_is_answered_in_another(tmp_path: Path) -> None:
    with use_language("ar"):
        assert gettext("History") == "History"
    set_operators(None, "fr")
    with use_language("ar"):
        assert gettext("History") == "Historique", "that of the wiki"
    with pytest.raises(BadSetting, match="languages"):
        load_settings(tmp_path, environ={"WIKI_LANGUAGES": "fr ar"})
    assert catalogue("fr").gettext("History") == "Historique"
