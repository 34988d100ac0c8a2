"""What people read is said in words that a neighbour would use: ``docs/words.md``, held."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "words.md"
CATALOGUES = [
    *sorted(ROOT.glob("wiki/translations/fr/*.po")),
    *sorted(ROOT.glob("plugins/*/translations/fr/*.po")),
]
PAGES = {
    "French": [*ROOT.glob("content/**/*.md"), *ROOT.glob("docs/fr/**/*.md")],
    "English": [*ROOT.glob("content/en/**/*.md"), *ROOT.glob("docs/en/**/*.md")],
}
#: a sentence that begins with a “who” that stands for nobody; a question or a heading may
_BARE = {
    "French": re.compile(r"(?:^|[.;:!?] )(?:Qui|Pour qui|De qui) (?![^.?]*\?)[^.?|]*\.(?:\s|$)"),
    "English": re.compile(r"(?:^|[.;:!?] )(?:Who|Whom|Whose) (?![^.?]*\?)[^.?]*\.(?:\s|$)"),
}
#: « pour qui lit », « à qui suit »: not « à qui écrire », « pour qui c’est »
_BARE_INSIDE = re.compile(
    r"\b(?:pour|à|chez|par) qui (?:a|en a|y a|lit|suit|peut|connaît|aide|utilise|clone|tient|veut"
    r"|cherche|prépare|hésite|exploite|rencontre|voit|ouvre|écrit|porte|modifie|n’a|ne) ",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\w·\w|\w\((?:e|s|es|ne|trice)\)")


@cache
def forbidden(language: str) -> re.Pattern[str]:
    """What stands on the left of a table of the guide."""
    table = GUIDE.read_text("utf-8").split(f"## {language}\n", 1)[1].split("\n## ", 1)[0]
    rows = [row.split("|")[1] for row in re.findall(r"^\|.*\|$", table, re.MULTILINE)[2:]]
    words = [one for row in rows for one in re.findall(r"[«“]\s?(.+?)\s?[»”]", row)]
    assert len(words) > 10, "the tables are read"
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def said() -> Iterator[tuple[str, str, str]]:
    """Each string that people read: its language, where it stands, and what it says."""
    for path in CATALOGUES:
        with path.open("rb") as file:
            for one in read_po(file, locale="fr"):
                for language, forms in (("English", one.id), ("French", one.string)):
                    for form in [forms] if isinstance(forms, str) else forms or ():
                        yield language, path.relative_to(ROOT).as_posix(), plain(form)
    for language, paths in PAGES.items():
        for path in paths:
            text = plain(path.read_text("utf-8"))
            for line in re.split(r"\n\s*\n|\n(?=[-|#] )", text):
                name = path.relative_to(ROOT).as_posix()
                yield language, name, re.sub(r"\s*\n\s*", " ", line)


def faults_of(language: str, words: str) -> list[str]:
    found = [found[0] for found in forbidden(language).finditer(words)]
    found += [found[0] for found in _BARE[language].finditer(words)]
    found += [words] if words in ("Laisser", "Leave it") else []
    if language == "French":
        found += [found[0] for found in _BARE_INSIDE.finditer(words)]
        found += [found[0] for found in _MARKED.finditer(words)]
    return found


def test_nothing_is_said_in_words_of_our_own() -> None:
    faults = [
        (where, fault, words)
        for language, where, words in said()
        for fault in faults_of(language, words)
    ]
    assert faults == [], "docs/words.md says what to write instead"


@pytest.mark.parametrize(
    ("language", "words", "count"),
    [
        ("French", "Vous avez dit non : cela repose, simplement.", 1),
        ("French", "Qui suit plusieurs de ces choses ne l’apprend qu’une fois.", 1),
        ("French", "Qui voit cette page", 0),
        ("French", "Ce qui manque, et à qui le dire. Qui voit cette page ?", 0),
        ("French", "Un lien pour qui aide à l’entrée", 1),
        ("French", "Vous voilà connecté·e, avec {count} million(s) de pages", 2),
        ("English", "Who follows several is told once.", 1),
        ("English", "Who sees this page?", 0),
        ("English", "To who follows:", 1),
    ],
)
def test_what_is_a_fault(language: str, words: str, count: int) -> None:
    assert len(faults_of(language, words)) == count
