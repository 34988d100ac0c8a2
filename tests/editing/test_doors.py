"""Rights are changed by the team and by administrators, and by nobody else through any door."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wiki.editing import move, save
from wiki.errors import WikiError
from wiki.pages.head.changes import edit_head
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import get_person, set_disabled
from wiki.people.accounts.access_tokens import issue
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.history import list_recent_changes
from wiki.reading.lists import count_rows, list_children, list_paths, search_pages
from wiki.reading.pages import get_page, list_crumbs, page_exists
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

TEAM = '["[[personnes/alice]]"]'
FILES = {
    "personnes/alice.md": "---\ntype: person\n---\n# Alice\n",
    "p/index.md": f"---\ntype: project\neditors: members\nteam: {TEAM}\n---\n# P\n",
    # Open to members for writing, closed to others for reading: the tempting case.
    "p/q.md": "---\nvisibility: members\neditors: members\n---\n# Q\n",
    "p/q/r.md": "# R\n",
    "ouvert.md": "# Ouvert\n",
}
#: each is a change of rights
CHANGES: tuple[dict[str, object], ...] = (
    {"visibility": None},
    {"visibility": "team"},
    {"editors": "anyone"},
    {"editors": "team"},
    {"team": ["[[personnes/mallory]]"]},
)

Door = Callable[[Reader, str, str], object]


def doors(instance: "Instance", was: str) -> Iterator[tuple[str, Door]]:
    """Each way to have ``text`` stand at ``path``; ``was`` is a commit where other rights held."""

    def form(reader: Reader, path: str, text: str) -> object:
        return save.save(reader, path, text, reader.head)

    def restore(reader: Reader, path: str, _text: str) -> object:
        return save.restore(reader, path, was)

    def elsewhere(reader: Reader, path: str, _text: str) -> object:
        return move.move(reader, path, "ouvert/q")

    def anew(reader: Reader, path: str, text: str) -> object:
        move.delete(reader, path, below=True)
        return save.save(reader.renewed(), path, text, reader.renewed().head)

    yield from (("form", form), ("restore", restore), ("move", elsewhere), ("anew", anew))


def decided(instance: "Instance") -> list[object]:
    admin = Reader(instance, audience=frozenset({"all"}))
    return [
        (path, *(getattr(admin.access(path), key) for key in ("group", "editors", "team_page")))
        for path in ("p", "p/q", "p/q/r", "ouvert")
    ]


def test_no_door_lets_others_change_rights(
    instance: "Instance",
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    client: "FlaskClient",
) -> None:
    was = write({**FILES, "p/q.md": "# Q\n"})
    write(FILES)
    person("Alice", page="personnes/alice")
    strangers = [
        person(f"Un {role}", role)
        for role in ("reader", "member", "connector", "correspondent", "programme")
    ]
    guest = person("Mallory")
    grant_guest(instance.private, guest.id, "p/q", by="test")
    guest = get_person(instance.private, guest.id) or guest
    before, tried = decided(instance), 0
    for one in (*strangers, guest):
        for change in CHANGES:
            text = edit_head(FILES["p/q.md"], change)
            for name, door in doors(instance, was):
                try:
                    door(Reader(instance, one), "p/q", text)
                except WikiError:
                    tried += 1
                assert decided(instance) == before, (one.name, change, name)
    assert tried == len((*strangers, guest)) * len(CHANGES) * 4

    member = strangers[1]
    browser = log_in(member)
    sent = {"csrf_token": token(browser), "title": "Q", "visibility": "public", "editors": "anyone"}
    assert browser.post("/-/settings/p/q", data=sent).status_code == 403
    secret = issue(instance.private, member.id, name="essai", scopes=("read", "write"), days=1)
    head = instance.repository.head()
    answer = client.put(
        "/-/api/v1/pages/p/q",
        json={"text": edit_head(FILES["p/q.md"], {"visibility": None}), "base": head},
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 403, answer.get_data(as_text=True)
    assert decided(instance) == before


def test_the_team_and_admins_change_them(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    write(FILES)
    for who in (person("Alice", page="personnes/alice"), person("Anne", "admin")):
        reader = Reader(instance, who)
        text = edit_head(get_page(reader, "p/q").text, {"visibility": "team"})
        save.save(reader, "p/q", text, reader.head)
        assert reader.renewed().access("p/q").group == "team:p"
        write({"p/q.md": FILES["p/q.md"]})


def test_a_guest_reaches_one_page_by_every_list(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    closed = f"---\ntype: project\nvisibility: team\nteam: {TEAM}\n---\n# Secret mot\n"
    write(
        {
            "personnes/alice.md": FILES["personnes/alice.md"],
            "s/index.md": closed,
            "s/un.md": "# Chapitre un mot\n",
            "s/un/sous.md": "# Sous-chapitre mot\n",
            "s/deux.md": "# Chapitre deux mot\n",
        }
    )
    guest = person("Invitée")
    grant_guest(instance.private, guest.id, "s/un", by="test")
    guest = get_person(instance.private, guest.id) or guest
    reader = Reader(instance, guest)
    assert [one for one in ("s", "s/un", "s/un/sous", "s/deux") if page_exists(reader, one)] == [
        "s/un"
    ]
    assert [hit.path for hit in search_pages(reader, "mot").hits] == ["s/un"]
    assert set(list_paths(reader)) == {"personnes/alice", "s/un"}
    assert [row.path for row in list_children(reader, "s")] == ["s/un"]
    assert list_children(reader, "s/un") == []
    assert list_crumbs(reader, "s/un") == []
    assert count_rows(reader, select(["project"])) == 0
    assert {one.path for one in list_recent_changes(reader)} == {"personnes/alice", "s/un"}

    set_disabled(instance.private, guest.id, True, by="test")
    gone = Reader(instance, get_person(instance.private, guest.id))
    assert gone.audience == Reader(instance).audience
    assert not page_exists(gone, "s/un")
