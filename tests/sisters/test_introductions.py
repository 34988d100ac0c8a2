"""Introductions between people of two real sites: each asks its own, addresses after two yeses."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import select

from wiki.errors import WikiError
from wiki.people.models.sisters import SisterMessageRow
from wiki.people.models.tables import Base
from wiki.people.privacy.erasure import erase
from wiki.people.sisters import exchanges
from wiki.sisters import changes, outbox
from wiki.sisters.inbox import take_message
from wiki.sisters.tokens import token_for
from wiki.testing import Place
from wiki.testing.texts import page

from .conftest import Site

NEED, OFFER = "b-aaaaaaaa", "o-aaaaaaaa"
WORDS = "J’ai déployé trois réseaux."
AWA, MARC = "awa@example.org", "marc@example.org"


@dataclass
class Two:
    """Lyon, where Marc has an account, and Brest, where Awa looks after a need."""

    lyon: Site
    brest: Site
    here: Place
    there: Place

    def answer(self, status: int = 200, about: str = NEED, **data: Any) -> str:
        url = f"/-/introductions/sister/brest/{about}"
        text = self.here.send("marc", url, status, words=WORDS, **data)
        self.carry()
        return text

    def carry(self) -> None:
        """Takes what each has to tell to the other, until there is nothing more."""
        for _turn in range(3):
            for one in (self.lyon, self.brest):
                outbox.run(one.instance)

    def press(self, action: str, **data: Any) -> str:
        """Awa presses a button on the page that her newest mail leads to."""
        text = self.there.send("", self.link(), action=action, **data)
        self.carry()
        return text

    def link(self) -> str:
        return self.there.mailed_link("awa", "/-/introductions/")

    def later(self, **how_long: float) -> None:
        for place, site in ((self.here, self.lyon), (self.there, self.brest)):
            place.later(**how_long)
            importlib.import_module("wiki_plugins.introductions.jobs").run(site.instance)
        self.carry()

    def ask(self, **body: Any) -> str:
        """A message of Lyon's own making, as a site that keeps to no rules would write it."""
        said = {
            "id": token_hex(16),
            "about": NEED,
            "name": "Marc",
            "words": WORDS,
            "by": token_hex(32),
            "relay": False,
            **body,
        }
        return self.message("ask", said)

    def message(self, what: str, body: dict[str, Any]) -> str:
        said = {"jti": token_hex(16), "kind": f"introductions-{what}", "body": body}
        return token_for(self.lyon.instance, self.lyon.sister(self.brest), **said)

    def waits(self, place: Place, who: str) -> str:
        return place.see(who, "/-/introductions")


def rows_with(site: Site, words: str) -> set[str]:
    """The tables of a site in which ``words`` stand."""
    with site.instance.private.reading() as session:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
            if words in repr(tuple(row))
        }


@pytest.fixture
def two(site: Callable[[str], Site]) -> Two:
    lyon, brest = site("lyon"), site("brest")
    here, there = Place(lyon.instance, lyon.app), Place(brest.instance, brest.app)
    here.person("Marc")
    brest.write(
        {
            "personnes/awa.md": page(
                f"::: offres\n- Relire une carte {{#{OFFER}}}\n\n:::\n", type="person", title="Awa"
            ),
            "lora.md": page(
                f"::: besoins\n- [ ] Un expert LoRaWAN {{#{NEED}}}\n\n:::\n",
                type="project",
                title="LoRa",
                team='["[[personnes/awa]]"]',
            ),
        }
    )
    there.person("Awa", page="personnes/awa")
    lyon.join(brest)
    brest.join(lyon)
    assert lyon.poll(brest).state == exchanges.IN_STEP
    brest.poll(lyon)
    return Two(lyon, brest, here, there)


def test_two_of_two_sites_meet_after_two_yeses(two: Two) -> None:
    shown = two.here.see("", "/-/carrefours/brest/lora")
    # One button, at the need, and it answers from here.
    assert re.findall(r'<a class="button[^>]*href="([^"]*)"[^>]*>Je peux aider', shown) == [
        f"/-/introductions/sister/brest/{NEED}"
    ]
    assert "Répondre d’ici" not in shown
    two.here.see("", f"/-/introductions/sister/brest/{NEED}", 302)
    assert "Carrefour brest" in two.here.see("marc", f"/-/introductions/sister/brest/{NEED}")
    two.answer()
    two.answer()  # the same again is one
    (asked,) = two.there.mails_to("awa")
    assert WORDS in asked
    assert "Marc (Carrefour lyon)" in asked
    # Nobody's address has left before both said yes: not in a mail, a row, a page.
    assert rows_with(two.brest, MARC) == set()
    assert rows_with(two.lyon, AWA) == set()
    assert two.here.mails_to("marc") == []
    two.press("yes")
    (to_marc,), (_asked, to_awa) = two.here.mails_to("marc"), two.there.mails_to("awa")
    assert AWA in to_marc
    assert "Awa (Carrefour brest)" in to_marc
    assert MARC in to_awa
    # And in none after their mails, but in those of their own site.
    assert rows_with(two.brest, MARC) == rows_with(two.lyon, AWA) == set()
    assert two.here.exposed() == two.there.exposed() == []
    assert "mailto" not in two.there.see("", two.link())
    # Of the two, Brest's need was met through Lyon.
    assert exchanges.get(two.brest.instance.private, "lyon").met == 1
    assert exchanges.get(two.lyon.instance.private, "brest").met == 0
    two.later(days=31)  # each is asked once what came of it, by their own site
    assert len(two.here.mails_to("marc")) == 2
    assert len(two.there.mails_to("awa")) == 3


def test_an_offer_there_meets_a_need_from_here_without_an_address(two: Two) -> None:
    two.answer(about=OFFER, hidden="1")
    two.press("yes")
    (to_awa,) = two.there.mails_to("awa")[1:]
    assert MARC not in to_awa
    assert exchanges.get(two.lyon.instance.private, "brest").met == 1
    two.press("write", words="Bonjour <b>Marc</b>,\nquand ?")
    told = [one for one in two.here.mails_to("marc") if "Bonjour <b>Marc</b>,\nquand ?" in one]
    assert len(told) == 1
    assert rows_with(two.brest, MARC) == set()


def test_a_no_is_silence_and_both_rest_after_the_usual_days(two: Two) -> None:
    two.answer()
    two.press("no")
    said_no = two.waits(two.here, "marc")
    two.later(days=8)
    assert two.here.mails_to("marc") == []
    assert "vous avez dit oui" in said_no
    two.later(days=14)
    (rest,) = two.here.mails_to("marc")
    assert "sans suite" in rest
    assert len(two.there.mails_to("awa")) == 1  # who said no is written to no more
    with pytest.raises(WikiError):
        take_message(two.brest.instance, two.message("yes", {"id": token_hex(16)}))
    assert rows_with(two.brest, WORDS) <= {"mail"}


def test_who_takes_it_back_or_is_erased_is_forgotten_there(two: Two) -> None:
    two.answer()
    assert rows_with(two.brest, WORDS) == {"introductions_introduction", "mail"}
    link = two.link()
    erase(two.lyon.instance.private, two.here.people["marc"].id)
    two.later(minutes=11)
    assert rows_with(two.brest, WORDS) == rows_with(two.brest, "Marc (") == set()
    assert "est terminée" in two.there.see("", link)
    two.there.send("", link, action="yes")
    two.carry()
    assert rows_with(two.brest, MARC) == set()
    assert len(two.there.mails_to("awa")) == 1


def test_erased_while_the_yes_is_under_way_no_address_crosses(two: Two) -> None:
    two.answer()
    two.lyon.stop()
    two.press("yes")
    erase(two.brest.instance.private, two.there.people["awa"].id)
    two.lyon.serve()
    two.there.people.pop("awa")
    two.later(hours=1)
    two.later(hours=1)
    assert rows_with(two.lyon, AWA) == rows_with(two.brest, MARC) == set()
    (rest,) = two.here.mails_to("marc")
    assert "sans suite" in rest
    assert "example.org" not in rest


@pytest.mark.parametrize("end", ["remove", "block", "dead"])
def test_a_sister_that_is_gone_has_it_rest(two: Two, end: str) -> None:
    if end == "dead":
        two.brest.stop()
    two.answer()
    if end != "dead":
        getattr(changes, end)(two.lyon.instance, "brest")
    two.later(days=22)
    assert ["sans suite" in one for one in two.here.mails_to("marc")] == [True]
    if end == "dead":  # what was not told in time is told no more
        two.brest.serve()
        two.later(hours=8)
        assert two.there.mails_to("awa") == []
        assert two.lyon.instance.private.list_rows(select(SisterMessageRow)) == []
    else:
        two.here.send("marc", f"/-/introductions/sister/brest/{NEED}", 404, words=WORDS)


def test_strangers_words_are_bounded_and_taken_once(two: Two) -> None:
    take = two.brest.instance
    bad: list[dict[str, Any]] = [
        {"about": "lora"},
        {"about": "b-nothing1"},
        {"words": "x" * 401},
        {"words": "écrivez à marc@example.org"},
        {"words": "a\u202eb"},
        {"words": ["x"]},
        {"name": ""},
        {"name": "<b>Marc</b>"},
        {"name": "x" * 300},
        {"id": "x" * 32},
        {"id": 7},
        {"by": "kurz"},
    ]
    for one in bad:
        with pytest.raises(WikiError):
            take_message(take, two.ask(**one))
    assert two.there.mails_to("awa") == []
    thread = token_hex(16)
    token = two.ask(id=thread)
    take_message(take, token)
    take_message(take, token)  # replayed
    take_message(take, two.ask(id=thread, words="Autre chose"))  # said again, in a new message
    (asked,) = two.there.mails_to("awa")
    assert WORDS in asked
    # An address before the yes, a yes to what was asked here, words to whom nobody met.
    for what, body in (
        ("address", {"id": thread, "name": "Marc", "address": MARC}),
        ("yes", {"id": thread}),
        ("words", {"id": thread, "words": "Bonjour"}),
    ):
        with pytest.raises(WikiError):
            take_message(take, two.message(what, body))
    assert len(two.there.mails_to("awa")) == 1
    # Whoever is reported by one is not mailed on by the same handle; a day takes so many.
    two.there.send("", two.link(), action="block")
    by = token_hex(32)
    for _turn in range(3):
        take_message(take, two.ask(by=by))
    with pytest.raises(WikiError, match="journée"):
        take_message(take, two.ask(by=by))
    # Who asks is what the sister says: by however many, she leaves others room to ask the same.
    for _turn in range(4):
        take_message(take, two.ask())
    with pytest.raises(WikiError, match="journée"):
        take_message(take, two.ask())
    asked_by_sister = len(two.there.mails_to("awa"))
    two.there.person("Nora")
    two.there.send("nora", f"/-/introductions/answer/{NEED}", 200, words="Moi aussi.")
    assert len(two.there.mails_to("awa")) == asked_by_sister + 1


def test_limits_of_either_side_hold_and_who_asked_is_told_kindly(two: Two) -> None:
    two.brest.write({"lora.md": page("::: besoins\n\n:::\n", type="project", title="LoRa")})
    two.answer()  # the copy still shows it, its home refuses it
    (rest,) = two.here.mails_to("marc")
    assert "sans suite" in rest
    two.here.send("marc", f"/-/introductions/sister/brest/{NEED}", 422, words="a@example.org")
    two.here.send("marc", "/-/introductions/sister/brest/b-zzzzzzzz", 404, words=WORDS)
    two.here.send("marc", f"/-/introductions/sister/lyon/{NEED}", 404, words=WORDS)
