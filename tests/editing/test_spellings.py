"""However a head is spelt: who may not change rights changes nobody's, by any door."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.editing import move, paragraph_restore, save
from wiki.editing.inheritance import decided
from wiki.editing.membership.teams import team_home
from wiki.editing.receiving import check_incoming
from wiki.editing.review import decisions, proposals, queue
from wiki.editing.review.decisions import Answer, Settle
from wiki.editing.review.pieces import collision_of
from wiki.editing.review.proposals import ProposalForm
from wiki.editing.rights import (
    check_may_edit,
    check_no_rights,
    check_rights_kept,
    with_rights_of,
)
from wiki.editing.saved_text import tidy
from wiki.errors import BadField, WikiError
from wiki.pages.access import ALL, RIGHTS_KEYS, access, below
from wiki.pages.page import Page
from wiki.pages.paths import files_of, page_of
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import get_person
from wiki.people.accounts.access_tokens import issue
from wiki.projections.pagespan import head_of, levels
from wiki.reading import Reader
from wiki.reading.pages import find_page, get_page, page_exists
from wiki.repository.importing import _process
from wiki.repository.objects import Author, decode
from wiki.repository.process import run
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

HEADS = {
    "p/index.md": "type: project\neditors: members\nteam: ['[[personnes/alice]]']\n",
    "p/q.md": "visibility: members\neditors: members\n",
    "ouvert.md": "lang: fr\neditors: anyone\n",
    "double.md": "editors: members\nteam: ['[[personnes/alice]]']\nteam: ['[[personnes/bob]]']\n",
    "personnes/alice.md": "type: person\neditors: members\n",
}
FILES = {name: f"---\n{head}---\n# Un titre\n\nUn mot.\n" for name, head in HEADS.items()} | {
    "nu.md": "# Nu\n\nUn mot.\n",
    # Nothing stands at `ferme`: whoever writes there stands above what is another team's.
    "ferme/enfant.md": "---\nteam: ['[[personnes/alice]]']\nvisibility: team\n---\n# Enfant\n",
    "ferme/libre.md": "# Libre\n",
}
MINE = "['[[personnes/mallory]]']"
#: lines that stand for a right, in all the ways in which they may be written, and some that do not
LINES = (
    *(f"{key}: {MINE}" for key in ("team", "TEAM", "Team", "tEaM", '"team"', "'team'", "team ")),
    *(
        f"{key}: {MINE}"
        for key in ('"t\\u0065am"', '"\\x74eam"', "? team\n", "&a team", "!!str team")
    ),
    *(f"team: {value}" for value in ("", "[]", "~", "null", "''", "x", "[x]", "[[x]]", "{a: x}")),
    *(f"team: {value}" for value in ("# rien", "&a x", "*a", "!!str x", "!!set {x}", ">\n  x")),
    *(f"team: {value}" for value in ("\n  - x", "\n- x", "'[[]]'", "'#x'", "|\n  x", "\tx", "[")),
    *(
        f"{key}: {MINE}"
        for key in ("\u0442eam", "te\u00adam", "team\u200b", "\uff54eam", "t\u00e9am")
    ),
    *(
        f"{key}: {MINE}"
        for key in ("\tteam", "  team", "\ufeffteam", "team\u00a0", "équipe", "#team")
    ),
    *(f"title: a{end}team: {MINE}" for end in ("\r", "\r\n", "\x85", "\u2028", "\u2029", "\x0b")),
    *(f"{end}team: {MINE}" for end in ("\r", "\x85", "\u2028", "\x0c", "\0", "...\n", "--- \n")),
    f"<<: {{team: {MINE}}}",
    f"a: &a\n  team: {MINE}\n<<: *a",
    f"a:\n  team: {MINE}",
    f"team: {MINE}\nteam: {MINE}",
    *(f"{key}: public" for key in ("visibility", "VISIBILITY", "vi\u017fibility", '"visibility"')),
    *(f"visibility: {value}" for value in ("team", "members", "", "''", "[public]", "secret", "[")),
    *(f"{key}: anyone" for key in ("editors", "Editors", "editor\u017f", "'editors'", "éditeurs")),
    *(f"editors: {value}" for value in ("team", "members", "", "~", "[anyone]", "tous", "{}")),
    *(f"{key}: person" for key in ("type", "TYPE", '"type"', "t\u0443pe", "type ")),
    *(f"type: {value}" for value in ("Person", "organisation", "event", "", "[person]", "x")),
    "parent: ouvert",
    "aliases: [p, p/q]",
    "owner: mallory",
    "reads: everyone",
)
#: what may become of the whole of a text
WHOLES: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\r"),
    lambda text: "\ufeff" + text,
    lambda text: "\ufeff\ufeff\ufeff" + text,
    lambda text: "\ufeff\ufeff\ufeff" + f"---\nteam: {MINE}\n---\n" + text,
    lambda text: "\n" + text,
    lambda text: text.replace("---\n", "---\n ", 1),
    lambda text: text.replace("---\n", "--- \n", 1),
    lambda text: text.replace("---\n", "----\n", 1),
    lambda text: text.partition("---\n")[2].partition("---\n")[2] or "# Rien\n",
    lambda text: f"---\nteam: {MINE}\n---\n" + text,
    lambda text: text.replace("\n---\n", "\n", 1),
    lambda text: text.replace("\n---\n", "\n...\n", 1),
    lambda text: text.replace("team:", "#team:"),
    lambda text: text.replace("editors", "Editors"),
    lambda text: text.replace("alice", "ALICE"),
)
_pushes = count()
SILENT = Answer(lambda *_told: None)


def spelt(text: str, line: str, *, first: bool) -> str:
    """``text`` with a line more in its head, where it has one: at its begin, or at its end."""
    if not text.startswith("---\n"):
        return f"---\n{line}\n---\n{text}"
    if first:
        return text.replace("---\n", f"---\n{line}\n", 1)
    return text.replace("\n---\n", f"\n{line}\n---\n", 1)


def all_spellings(text: str) -> Iterator[str]:
    for line in LINES:
        yield spelt(text, line, first=True)
        yield spelt(text, line, first=False)
    for whole in WHOLES:
        yield whole(text)


def effective(instance: "Instance", people: list["Person"]) -> dict[str, object]:
    """Of every page: what decides, its team by both readings, and what each of the people may."""
    everything = Reader(instance, audience=frozenset({ALL}))
    readers = [by(instance, one) for one in people]
    found: dict[str, object] = {}
    for file, _blob in instance.repository.files(everything.head):
        path = page_of(file)
        if path is None or (page := find_page(everything, path)) is None:
            continue
        # Who is in a team by its page is who the page names.
        assert all(
            path in everything.catalogue.teams_of(one, everything.today) for one in page.team
        ), path
        found[path] = (
            *stated(everything, page),
            team_home(everything, path),
            [
                (page_exists(one, path), one.may_edit(path), one.may_change_rights(path))
                for one in readers
            ],
        )
    return found


def stated(reader: Reader, page: Page) -> tuple[object, ...]:
    """What a page comes to: who reads, edits and is its team, and what of that is in doubt."""
    found = below(reader.inherited(page.path), page.path, page.head)
    doubtful = {key: page.head.doubtful.get(key) for key in (*RIGHTS_KEYS, "type")}
    person = page.type == "person"
    return found.group, found.editors, found.team_page, page.team, doubtful, person


def taken(reader: Reader, path: str, text: str) -> Page | None:
    """The page as it would be read if ``text`` were saved there; None where that is refused."""
    there = find_page(reader, path)
    file = there.file if there else files_of(path)[0]
    try:
        check_may_edit(reader, path)
        page = Page(path, file, tidy(reader, text))
        check_rights_kept(reader, there, page)
    except WikiError:
        return None
    return Page(path, file, decode(page.text.encode()))


@pytest.fixture
def people(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> "list[Person]":
    """A member, a guest of two pages who only reads elsewhere, a newcomer to the team, the team."""
    write(FILES)
    write({"personnes/mallory.md": "---\ntype: person\n---\n# Mallory\n"})
    guest = person("Guest", "reader")
    for path in ("p", "p/q"):
        grant_guest(instance.private, guest.id, path, by="test")
    found = [person("Mallory", page="personnes/mallory"), guest, person("Programme", "programme")]
    return [*found, person("Alice", page="personnes/alice")]


def by(instance: "Instance", person: "Person") -> Reader:
    return Reader(instance, get_person(instance.private, person.id))


def test_no_spelling_changes_rights(instance: "Instance", people: "list[Person]") -> None:
    assert len({*LINES, *WHOLES}) > 110
    passed = 0
    for one in people[:3]:
        reader = by(instance, one)
        for file in FILES:
            path = page_of(file) or ""
            if not reader.may_edit(path) or reader.may_change_rights(path):
                continue
            before = find_page(reader, path)
            assert before is not None
            for text in all_spellings(FILES[file]):
                after = taken(reader, path, text)
                if after is not None:
                    passed += 1
                    assert stated(reader, after) == stated(reader, before), (path, text)
    # Most of them are rights, or nothing that can be read; the others are anybody's to write.
    assert passed > 100


def test_the_rest_of_a_text_is_kept_without_its_lines_on_rights(
    instance: "Instance", people: "list[Person]"
) -> None:
    reader = by(instance, people[-1])
    for file in ("p/index.md", "nu.md", "ouvert.md"):
        page = get_page(reader, page_of(file) or "")
        for text in all_spellings(FILES[file].replace("Un mot.", "Un autre mot.")):
            kept = with_rights_of(page, tidy(reader, text))
            assert stated(reader, Page(page.path, file, kept)) == stated(reader, page), text
            assert ("autre mot" in kept) is ("autre mot" in text), text
            assert with_rights_of(page, kept) == kept
    # Other keys, comments and their order stay.
    text = FILES["p/index.md"].replace("editors: members", "# deux\ntitle: 'T'\neditors: anyone")
    kept = with_rights_of(get_page(reader, "p"), text)
    assert kept == text.replace("editors: anyone", "editors: members")


def test_a_new_page_takes_nothing_from_those_below_it(
    instance: "Instance", people: "list[Person]"
) -> None:
    reader, passed = by(instance, people[0]), 0
    at = levels(instance.repository, reader.head)
    for text in all_spellings("---\nlang: fr\n---\n# Ferme\n"):
        made = taken(reader, "ferme", text)
        if made is None:
            continue
        passed += 1
        for path in ("ferme/enfant", "ferme/libre"):
            now = access(path, [("ferme", made.head), (path, at.head(path))])
            assert decided(now) == decided(reader.access(path)), text
        assert not made.head.doubtful.keys() & {*RIGHTS_KEYS, "type"}
    assert passed > 20
    # Where nothing lies below, a new page is its maker's.
    own = taken(reader, "neuf", f"---\nteam: {MINE}\nvisibility: team\n---\n# Neuf\n")
    assert own is not None and own.team == ("personnes/mallory",)


def test_no_spelling_comes_by_another_door(
    instance: "Instance",
    write: Callable[..., str],
    people: "list[Person]",
    log_in: "Callable[[Person], FlaskClient]",
    client: "FlaskClient",
) -> None:
    mallory = people[0]
    head = FILES["p/index.md"]
    #: a version of long ago, in which the page was Mallory's
    was = write({"p/index.md": head.replace("alice", "mallory")})
    write({"p/index.md": head})
    before = effective(instance, people)
    now = instance.repository.head()
    # What was there once does not come back by a member's hand.
    doors: list[Callable[[Reader], object]] = [
        lambda reader: save.restore(reader, "p", was),
        lambda reader: paragraph_restore.put_back(reader, "p", was, now, 0),
        lambda reader: move.move(reader, "p", "ouvert/p"),
        lambda reader: move.move(reader, "personnes/alice", "personnes/autre"),
        lambda reader: move.delete(reader, "p", below=True),
        lambda reader: move.delete(reader, "personnes/alice"),
    ]
    for door in doors:
        with pytest.raises(WikiError):
            door(by(instance, mallory))
    assert effective(instance, people) == before

    secret = issue(instance.private, mallory.id, name="x", scopes=("read", "write"), days=1)
    browser = log_in(mallory)
    for line in (
        "TEAM: x",
        f"team: {MINE}",
        "type: person",
        "type: dossier",
        "vi\u017fibility: team",
    ):
        text = spelt(head, line, first=False)
        form = {"csrf_token": token(browser), "text": text, "base": now, "message": ""}
        answer = browser.post("/-/edit/p", data=form)
        assert answer.status_code in (400, 403, 422), line
        assert "Un mot." in answer.get_data(as_text=True), "what was typed is kept"
        answer = client.put(
            "/-/api/v1/pages/p",
            json={"text": text, "base": now},
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code in (400, 403, 422), line
        assert _pushed(instance, mallory, {"p/index.md": text}), line
        for who in (None, mallory):
            with pytest.raises(WikiError):
                proposals.propose(
                    Reader(instance, who), "p" if who else "ouvert", ProposalForm(text)
                )
    assert effective(instance, people) == before


def _pushed(instance: "Instance", who: "Person", files: dict[str, str]) -> str:
    """What a push of ``files`` is refused with; "" where it is taken."""
    start = instance.repository.head()
    ref = f"refs/imports/{next(_pushes)}"
    with _process(instance.repository, ref, start) as stream:
        changes = {name: text.encode() for name, text in files.items()}
        stream.commit(changes, Author(who.name, who.alias), "x", datetime(2027, 3, 1, tzinfo=UTC))
    with suppress(WikiError):
        _status, new = run(instance.repository.folder, "rev-parse", ref)
        check_incoming(by(instance, who), instance.repository, start, new.decode().strip())
        return ""
    return "refused"


def test_a_proposal_brings_no_team_of_before_back(
    instance: "Instance", write: Callable[..., str], people: "list[Person]"
) -> None:
    """It collides with the new team, and the team takes the proposal's lines as they stand."""
    head = FILES["p/index.md"]
    text = head.replace("team:", "'team':")  # spelt otherwise, and the same
    held = proposals.propose(by(instance, people[0]), "p", ProposalForm(text, address="192.0.2.1"))
    write({"p/index.md": head.replace("team: [", "team: ['[[personnes/bob]]', ")})
    before = effective(instance, people)
    alice = by(instance, people[-1])
    review = queue.review_of(alice, queue.for_decision(alice, held.id))
    settle = Settle("mine", collision_of(review.merged(review.waiting)).mark)
    keys = [one.key for one in review.waiting]
    with pytest.raises(BadField, match="team"):
        decisions.accept_pieces(alice, held.id, keys, SILENT, settle)
    assert effective(instance, people) == before


#: a head as it may be typed: lines that count, and any other
heads = st.lists(st.sampled_from(LINES) | st.text(max_size=30), min_size=1, max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=heads, marks=st.integers(0, 3), first=st.booleans())
def test_whatever_is_typed_changes_nobodys_rights(
    instance: "Instance", people: "list[Person]", *, lines: list[str], marks: int, first: bool
) -> None:
    readers = [by(instance, one) for one in people[:3]]
    for file, text in FILES.items():
        path = page_of(file) or ""
        for line in lines:
            text = spelt(text, line, first=first)
        text = "\ufeff" * marks + text
        for reader in readers:
            before = find_page(reader, path)
            if before is None:
                continue  # nothing that they may know of
            after = None if reader.may_change_rights(path) else taken(reader, path, text)
            assert after is None or stated(reader, after) == stated(reader, before)
            # What is proposed changes no rights either, whoever accepts it.
            with suppress(WikiError):
                proposed = Page(path, file, tidy(reader, text))
                check_no_rights(reader, path, before, proposed)
                assert stated(reader, proposed) == stated(reader, before)


@given(text=st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=4).map("\n".join))
def test_the_head_is_read_alike_by_all_who_ask(text: str) -> None:
    page = Page("p", "p.md", f"---\n{text}\n---\n# P\n")
    head = head_of(page.text)
    assert (dict(head), head.broken, head.doubtful) == (
        dict(page.head),
        page.head.broken,
        page.head.doubtful,
    )
    named = access("p", [("p", head)]).team_page == "p"
    assert named or not page.team
