"""``docs/promises.md`` is in step: what the interface promises about readers stands there, proved.

A promise is a sentence that says who reads something, who does not, or what is kept of it. Those of
the interface are found by their English words, those of pages and guides by French ones.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PROMISES = ROOT / "docs" / "promises.md"
_QUOTE = re.compile(r"^- « (.+) » — `([^`]+)`$", re.MULTILINE)
_PROOF = re.compile(r"`((?:tests|plugins)/[\w/]+\.py)::(\w+)`")
#: what says who reads something, or what is kept of it
_SAYS = re.compile(
    r"""(?ix)
    \b(nobody|no\ one)\ (else|is\ told|was\ told|is\ shown|is\ named|sees|reads|will\ see|knows)\b
    | \bnobody\b[^.;:]*\b(sees?|reads?|knows?|shown|told|recognised)\b
    | \b(told|given|shown|named)\b,?\ (to\ )?(nobody|anybody)\b
    | \b(alone|only)\b[^.;:]*\b(sees?|reads?|knows?)\b
    | \b(team|administrators?|finder|organisers|you)\ alone\b | \balone\ (reads?|sees?)\b
    | \band\ the\ administrators\b
    | \banonymous\b | \bwithout\ (your|their|a)\ names?\b
    | \bnever\ (with\ your|give\ my)\ address\b
    | \b(who|whoever|team|administrators?|organisers|everyone|everybody|members|others|those|someone
        |somebody|they)\b[^.;:?]*\b(reads?|sees?)\b
    | \b(read|seen)\ (first\ )?(over\ )?by\b
    | \bbut\ numbers\b | \bnumbers\ are\ (left|kept)\b | \bnothing\ of\ it\ is\ kept\b
    | \bis\ public\b | \b(is|are)\ (erased|forgotten)\b
    | \bkept\ (for|here\ for|a)\ (a|two|three|day)\b
    """
)
#: the same in pages that come with the wiki, and in guides
_SAYS_FRENCH = re.compile(
    r"(?i)personne d’autre|seule (votre|l’)(équipe|administration)|équipe seule|à vous seul"
    r"|pour vous seul|n’est montrée? à|que seule?s?\b[^.]*\b(voi|li)|anonyme|personne ne voit"
    r"|personne n’en est"
    r"|ne se devine pas|sans le montrer à personne|peuvent lire toutes|ne lit plus|; pas l’espace"
    r"|votre équipe (le voit|lit)"
)
#: sentences that have such words and promise nothing, by why
EXCEPTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "reading in spite of a handicap: the statement on accessibility, which gives nobody rights",
        (
            "What everyone can read and use here, what cannot yet, and whom to tell.",
            "{organisation} wants everyone to be able to read and write here, as article 47 of the "
            "French act no. 2005-102 of 11 February 2005 asks for. This statement is about {site} "
            "({url}).",
        ),
    ),
    (
        "a heading or a link, which the sentence beside it answers",
        (
            "Who sees this page",
            "Who sees {title}",
            "Who may read",
            "Who may read it",
            "Who sees it?",
            "Who sees your space",
            "Who sees it, exactly",
            "Who reads it?",
            "Who reads it",
            "Who is in the team, and who reads",
            "changed who reads a space",
            "Who reads them?",
            "Who will read it",
            "Who reads first",
            "The list that those registered see",
            "The page that everyone sees",
        ),
    ),
    (
        "an account of the role reader, which edits nothing",
        (
            "This account only reads: ask an administrator for another one.",
            "This cannot be: the account is closed or only reads, or the page went.",
            "Welcome in the team. Your account only reads for now: ask an administrator to make "
            "you a member.",
        ),
    ),
    (
        "advice to who writes, of what is public by what it is",
        (
            "Write a word to the team: it is what they will read.",
            "One line, which they will read.",
            "what the project lacks, seen by those who can help",
            "What, and what for: “someone who knows LoRa, to read over our radio part”.",
            "What do these pictures show? One sentence for those who do not see them.",
            "Noted. Thank you: others see by it that asking helps.",
        ),
    ),
    (
        "columns of a table that is imported, and lines of it",
        ("{field} (published: everyone would read it)", "A line without a name"),
    ),
    (
        "what programs read, or what is done with a text",
        (
            "Only git can read here, one that is newer than 2010.",
            "Only git-lfs can read here.",
            "Nobody here knows a block called “{name}”: its content is shown as it is.",
            "This block has more than {limit} items: the others are not read.",
            "The team sees it otherwise, and keeps its text.",
            "Nobody is named here yet: the page says what there is to know.",
            "let the programme team read what readers answered",
            "no longer lets the programme team read what readers answered",
            "what the team reads: {text}",
            "This is no key that a backup can be read by.",
            "“{key}” is not written as YAML wants it; it was read by its line.",
            "The lines between +++ at the top are TOML; they were read as front matter.",
        ),
    ),
    (
        "what a setting is for: nothing of who reads",
        (
            "Please give an address, with or without a name, such as Carrefour <wiki@example.org>.",
            "The address that mails come from, with or without a name.",
            "Members too, and not administrators alone, may invite members by mail.",
        ),
    ),
    (
        "which machine looks after files: nothing of who reads",
        (
            "Another copy of this wiki looks after the large files: here they can be read, and "
            "none is added or deleted. Tell the operator.",
        ),
    ),
    (
        "how the wiki looks: nothing of who reads",
        (
            "letters that are not taken for each other, for people who see less well",
            "This wiki is a public service of the French State, or of one of its operators: nobody "
            "else may look like one.",
        ),
    ),
)
#: texts beside the interface: pages that come with the wiki, and guides in French
TEXTS = (
    *sorted((ROOT / "content").rglob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "fr").rglob("*.md")),
)


@cache
def listed() -> frozenset[tuple[str, str]]:
    """The quotes of ``docs/promises.md``, each with the file that it stands in."""
    return frozenset(_QUOTE.findall(PROMISES.read_text("utf-8")))


def catalogues() -> Iterator[Path]:
    yield from sorted(ROOT.glob("wiki/translations/fr/*.po"))
    yield from sorted(ROOT.glob("plugins/*/translations/fr/*.po"))


@cache
def translated() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Every sentence of the interface: its English forms, and the first French one."""
    found = []
    for path in catalogues():
        with path.open("rb") as file:
            for one in read_po(file):
                said = one.string if isinstance(one.string, str) else (one.string or ("",))[0]
                forms = (one.id,) if isinstance(one.id, str) else tuple(one.id)
                if forms[0]:
                    found.append((forms, said))
    return tuple(found)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a page of Markdown that say who reads something."""
    for line in text.splitlines():
        for one in re.split(r"(?<=[.!?])\s+(?=[A-ZÀÉ*«])", line):
            if _SAYS_FRENCH.search(one):
                yield one.strip()


def test_each_promise_of_the_interface_is_listed() -> None:
    quotes = {quote for quote, _file in listed()}
    none = {said for _why, ids in EXCEPTIONS for said in ids}
    missing = [
        forms[0]
        for forms, french in translated()
        if any(map(_SAYS.search, forms)) and forms[0] not in none and french not in quotes
    ]
    assert missing == [], "list them in docs/promises.md, with the test that proves each"


def test_each_promise_of_a_page_or_a_guide_is_listed() -> None:
    quotes = {quote for quote, _file in listed()}
    missing = [
        f"{path.relative_to(ROOT)}: {one}"
        for path in TEXTS
        if path != PROMISES
        for one in sentences(path.read_text("utf-8"))
        if one not in quotes
    ]
    assert missing == [], "list them in docs/promises.md, with the test that proves each"


def test_what_is_listed_stands_there() -> None:
    """In the file that is named: the French of a page, or the sentence that it translates."""
    english: dict[str, set[str]] = {}
    for forms, french in translated():
        english.setdefault(french, set()).add(forms[0])
    for quote, name in listed():
        path = ROOT / name
        assert path.is_file(), name
        text = path.read_text("utf-8")
        if path.suffix == ".md":
            assert quote in text, (name, quote)
        else:
            text = re.sub(r'"\s*\n\s*"', "", text)
            assert any(one in text for one in english.get(quote, ())), (name, quote)


def test_each_part_is_proved_by_tests_that_there_are() -> None:
    text = PROMISES.read_text("utf-8")
    for part in text.split("\n## ")[1:]:
        title = part.partition("\n")[0]
        proofs = _PROOF.findall(part)
        assert proofs, f"{title}: no test proves it"
        for name, test in proofs:
            names = functions(ROOT / name)
            assert test in names, f"{title}: {name} has no {test}"


def test_an_exception_is_one() -> None:
    """Each is a sentence of the interface that has words of a promise."""
    known = {forms[0] for forms, _french in translated() if any(map(_SAYS.search, forms))}
    assert {one for _why, ids in EXCEPTIONS for one in ids} - known == set()


@cache
def functions(path: Path) -> frozenset[str]:
    """The names of a module's tests."""
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))
