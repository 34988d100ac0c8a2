"""People who signal what they found, and a mailbox that speaks IMAP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from plugins.correspondents.tests.imapserver import ImapServer, Mailbox
from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

FILES = {
    "index.md": "# Accueil\n",
    "personnes/cora.md": "---\ntype: person\ntitle: Cora\n---\n",
    "projets/capteurs.md": "---\ntype: project\ntitle: Capteurs à la ferme\n---\n",
}
ROLES = {"Marc": "member", "Paul": "programme", "Anne": "admin"}
ROLES |= {"Lise": "reader", "Coco": "connector"}
FORM = "/-/signal"
_NUMBERS = count()
KEY = "k" * 16


@dataclass
class Signalled(Place):
    """A wiki, and the people who signal to it."""

    part: Callable[[str], Any] = field(kw_only=True)

    def signal(self, who: str, *, json: bool = True, **fields: Any) -> Any:
        """Sends the form; the whole answer."""
        client = self.client(who)
        data = {"title": "Le four solaire", "summary": "Un four partagé.", "key": KEY, **fields}
        data["csrf_token"] = client.get(f"{FORM}/state").get_json()["token"]
        headers = {"Accept": "application/json"} if json else {}
        return client.post(FORM, data=data, headers=headers)

    def press(self, who: str, row: Any, action: str, status: int = 303, **fields: Any) -> str:
        """A button of the page of one innovation; where it leads."""
        return self.send(who, f"{FORM}/{row.id}", status, action=action, **fields)

    def rows(self) -> list[Any]:
        """All that was signalled."""
        from sqlalchemy import select

        models = self.part("models")
        with self.instance.private.reading() as session:
            return list(session.scalars(select(models.SignalRow)))

    def settle(self, **values: Any) -> None:
        """Other settings from now on."""
        changed = replace(self.instance.settings, **values)
        object.__setattr__(self.instance, "settings", changed)


@pytest.fixture(scope="module")
def founded(
    shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]
) -> Signalled:
    place = Signalled(*shared_wiki, part=plugin_module)
    place.write(FILES)
    place.person("Cora", "correspondent", "personnes/cora")
    for name, role in ROLES.items():
        place.person(name, role)
    place.keep()
    return place


@pytest.fixture
def place(founded: Signalled) -> Signalled:
    founded.rewind()
    return founded


@pytest.fixture(scope="module")
def imap_server() -> Iterator[ImapServer]:
    server = ImapServer()
    yield server
    server.close()


@pytest.fixture
def imap(imap_server: ImapServer) -> Iterator[Mailbox]:
    """A mailbox on this machine, of this test alone."""
    mailbox = imap_server.mailbox(f"boite{next(_NUMBERS)}")
    yield mailbox
    mailbox.close()
