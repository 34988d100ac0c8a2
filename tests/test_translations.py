"""Everything that a person reads is there in French, and nothing else is."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from wiki.jinja import environment
from wiki.translation import catalogues, use_language
from wiki.translation.extraction import Words, code_of, find_words, words_of

ROOT = Path(__file__).parents[1]
PLUGINS = sorted(init.parent for init in (ROOT / "plugins").glob("*/__init__.py"))
_NO_TAG = re.compile(r"<(?!/?(?:a|b|br|code|em|i|kbd|span|strong|time)\b[^@]*>)")
_PLACE = re.compile(r"\{\w*\}|%\(\w+\)s|%[sd]")


def files_of(folder: Path) -> list[Path]:
    """The catalogues of a folder; the core has one for each of its larger rooms."""
    return sorted((folder / "translations" / "fr").glob("*.po"))


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="fr")


@cache
def messages(folder: Path) -> Mapping[Words, Message]:
    """The translated strings of a folder."""
    return {words_of(one.id): one for path in files_of(folder) for one in catalogue(path) if one.id}


CORE = messages(ROOT / "wiki")
OWNERS = [
    pytest.param(ROOT / "wiki", [*code_of(ROOT / "wiki"), *code_of(ROOT / "templates")], id="wiki"),
    *(pytest.param(folder, list(code_of(folder)), id=folder.name) for folder in PLUGINS),
]


def forms(message: Message) -> list[str]:
    said = message.string
    return [said] if isinstance(said, str) else list(said or [""])


def test_every_string_of_the_core_is_said_in_french() -> None:
    """Those of plugins: ``test_plugin_checks.py``."""
    files = [*code_of(ROOT / "wiki"), *code_of(ROOT / "templates")]
    missing = {
        words: path.relative_to(ROOT).as_posix()
        for words, path in find_words(files).items()
        if words not in CORE or not all(forms(CORE[words]))
    }
    assert not missing


@pytest.mark.parametrize(("folder", "files"), OWNERS)
def test_nothing_is_translated_that_nobody_says(folder: Path, files: list[Path]) -> None:
    assert not messages(folder).keys() - find_words(files).keys()


@pytest.mark.parametrize(("folder", "files"), OWNERS)
def test_places_are_kept(folder: Path, files: list[Path]) -> None:
    for words, message in messages(folder).items():
        source = words if isinstance(words, str) else words[1]
        wanted = Counter(_PLACE.findall(source))
        for said in forms(message):
            # A singular may say “one” instead of the number.
            assert Counter(_PLACE.findall(said)) == wanted or (
                isinstance(words, tuple) and set(_PLACE.findall(said)) <= wanted.keys()
            ), words


@pytest.mark.parametrize("folder", [ROOT / "wiki", *PLUGINS], ids=lambda one: one.name)
def test_a_string_stands_once_in_a_folder(folder: Path) -> None:
    paths = files_of(folder)
    assert paths or not find_words(code_of(folder))
    texts = [re.sub(r'"\n"', "", path.read_text("utf-8")) for path in paths]
    ids = Counter(one for text in texts for one in re.findall(r'^msgid (".+")$', text, re.M))
    assert [one for one, count in ids.items() if count > 1 and one != '""'] == []
    for path in paths:
        assert not catalogue(path).obsolete
        assert not [one.id for one in catalogue(path) if one.fuzzy and one.id]


@pytest.mark.parametrize("folder", [ROOT / "wiki", *PLUGINS], ids=lambda one: one.name)
def test_no_line_begins_with_a_mark(folder: Path) -> None:
    """French sets a space before ``? ! : ; »`` and after ``«``; a line may not break there."""
    said = [form for message in messages(folder).values() for form in forms(message)]
    assert [form for form in said if re.search(r" [?!;»]| :(?!\w)|« ", form)] == []


def test_no_two_files_say_a_string_differently() -> None:
    said: dict[Words, set[tuple[str, ...]]] = {}
    for folder in (ROOT / "wiki", *PLUGINS):
        for words, message in messages(folder).items():
            said.setdefault(words, set()).add(tuple(forms(message)))
    assert [words for words, ways in said.items() if len(ways) > 1] == []


@pytest.mark.parametrize(("folder", "files"), OWNERS)
def test_what_a_template_says_holds_no_tag_that_is_none(folder: Path, files: list[Path]) -> None:
    """Templates take words as they are: «<name@example.org>» would be a tag that nobody sees."""
    in_templates = find_words(path for path in files if path.suffix == ".html")
    known = {**CORE, **messages(folder)}
    said = [form for words in in_templates for form in forms(known[words])]
    said += [
        form for words in in_templates for form in ([words] if isinstance(words, str) else words)
    ]
    assert [form for form in said if _NO_TAG.search(form)] == []


def test_strings_are_found_wherever_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        '_LONG = "This line is wrong."\n'
        'x = _("One"), ngettext("{count} a", "{count} b", 2)\n'
        'y = Problem(1, "kind", "It is so.")\n'
        "z = f'<p>{_(\"Inside\")}</p>'\n",
        "utf-8",
    )
    (tmp_path / "b.html").write_text(
        "{{ _('Two') }}{% if a %}{{ _(\"Three\") }}{% endif %}", "utf-8"
    )
    assert set(find_words(code_of(tmp_path))) == {
        "This line is wrong.",
        "One",
        ("{count} a", "{count} b"),
        "It is so.",
        "Inside",
        "Two",
        "Three",
    }


def test_what_a_template_sets_for_others_is_in_the_language_in_force(tmp_path: Path) -> None:
    (tmp_path / "_words.html").write_text('{% set words = _("Bold") %}')
    (tmp_path / "page.html").write_text('{% from "_words.html" import words %}{{ words }}')
    page = environment([tmp_path], lambda: ZoneInfo("Europe/Paris")).get_template("page.html")
    said = []
    for lang in ("fr", "en", "fr"):
        with use_language(lang):
            said.append(page.render())
    assert said == ["Gras", "Bold", "Gras"]


def test_what_a_catalogue_is_compiled_to_is_kept_until_its_texts_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "translations" / "fr" / "own.po"
    source.parent.mkdir(parents=True)
    monkeypatch.setattr(catalogues, "_folders", [tmp_path / "translations"])
    monkeypatch.setattr(catalogues, "_compiled", tmp_path / "compiled")

    def says() -> tuple[str, list[Path]]:
        catalogues.forget()
        return catalogues.catalogue("fr").gettext("cat"), [*(tmp_path / "compiled").iterdir()]

    try:
        source.write_text('msgid "cat"\nmsgstr "chat"\n', "utf-8")
        words, (kept,) = says()
        assert words == "chat" and says() == ("chat", [kept])
        kept.write_bytes(kept.read_bytes()[:20])
        assert says() == ("chat", [kept])
        source.write_text('msgid "cat"\nmsgstr "chatte"\n', "utf-8")
        words, (other,) = says()
        assert words == "chatte" and other != kept
    finally:
        catalogues.forget()
