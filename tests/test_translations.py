"""Everything that a person reads is there in French, and nothing else is."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from wiki import translation
from wiki.jinja import environment
from wiki.translation import use_language

ROOT = Path(__file__).parents[1]
PLUGINS = sorted(init.parent for init in (ROOT / "plugins").glob("*/__init__.py"))
_KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
# Problems and notices are constants that are translated when they are shown.
_SENTENCE = re.compile(r"[A-Z“][^\n]* [^\n]*[.?!]")
_NO_TAG = re.compile(r"<(?!/?(?:a|b|br|code|em|i|kbd|span|strong|time)\b[^@]*>)")
_PLACE = re.compile(r"\{\w*\}|%\(\w+\)s|%[sd]")

Words = str | tuple[str, str]


def code_of(folder: Path) -> Iterator[Path]:
    """The modules and templates of ours below ``folder`` that speak to people."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if {"tests", "testing", "frontend", "node_modules", "static"} & set(inside):
            continue
        if path.suffix in (".py", ".html", ".txt"):
            yield path


@cache
def used_in(path: Path) -> frozenset[Words]:
    """The msgids in one file: calls of ``_`` and its kin, and sentences kept as constants."""
    if path.suffix == ".py":
        tree = ast.parse(path.read_text("utf-8"))
        return frozenset([*called_in(tree), *constants_in(tree)])
    found = extract(
        "jinja2.ext:babel_extract",
        BytesIO(path.read_bytes()),
        _KEYWORDS,
        options={"trimmed": "true"},
    )
    return frozenset(words_of(message) for _line, message, _comments, _context in found)


def called_in(tree: ast.Module) -> Iterator[Words]:
    """What a module hands to ``_`` and its kin; Python's own parser also sees inside f-strings."""
    for node in ast.walk(tree):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or name not in _KEYWORDS:
            continue
        said = [
            part.value
            for part in node.args
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if name == "ngettext" and len(said) == 2:
            yield said[0], said[1]
        elif name != "ngettext" and said:
            yield said[0]


def constants_in(tree: ast.Module) -> Iterator[str]:
    """The sentences that a module keeps in constants, or hands to a Problem as they are."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            calls = [part for part in ast.walk(node.value) if isinstance(part, ast.Call)]
            called = {id(part) for call in calls for part in ast.walk(call)}
            yield from (
                part.value
                for part in ast.walk(node.value)
                if isinstance(part, ast.Constant)
                and id(part) not in called
                and isinstance(part.value, str)
                and _SENTENCE.fullmatch(part.value)
            )
    for part in ast.walk(tree):
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "Problem":
            said = part.args[2] if len(part.args) > 2 else None
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield said.value


def used(files: Iterable[Path]) -> dict[Words, Path]:
    """Every msgid in ``files``, with one file that has it."""
    return {words: path for path in files for words in used_in(path)}


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


def words_of(msgid: str | Sequence[str]) -> Words:
    return msgid if isinstance(msgid, str) else (msgid[0], msgid[1])


CORE = messages(ROOT / "wiki")
OWNERS = [
    pytest.param(ROOT / "wiki", [*code_of(ROOT / "wiki"), *code_of(ROOT / "templates")], id="wiki"),
    *(pytest.param(folder, list(code_of(folder)), id=folder.name) for folder in PLUGINS),
]


def forms(message: Message) -> list[str]:
    said = message.string
    return [said] if isinstance(said, str) else list(said or [""])


@pytest.mark.parametrize(("folder", "files"), OWNERS)
def test_every_string_is_said_in_french(folder: Path, files: list[Path]) -> None:
    known = {**CORE, **messages(folder)}
    missing = {
        words: path.relative_to(ROOT).as_posix()
        for words, path in used(files).items()
        if words not in known or not all(forms(known[words]))
    }
    assert not missing


@pytest.mark.parametrize(("folder", "files"), OWNERS)
def test_nothing_is_translated_that_nobody_says(folder: Path, files: list[Path]) -> None:
    assert not messages(folder).keys() - used(files).keys()


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
    assert paths or not used(code_of(folder))
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
    in_templates = used(path for path in files if path.suffix == ".html")
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
    assert set(used(code_of(tmp_path))) == {
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
    monkeypatch.setattr(translation, "_folders", [tmp_path / "translations"])
    monkeypatch.setattr(translation, "_compiled", tmp_path / "compiled")

    def says() -> tuple[str, list[Path]]:
        translation.catalogue.cache_clear()
        return translation.catalogue("fr").gettext("cat"), [*(tmp_path / "compiled").iterdir()]

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
        translation.catalogue.cache_clear()
