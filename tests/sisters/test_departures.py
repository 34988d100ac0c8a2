"""Somebody is erased at one of three sites: the others follow, one of them a month late."""

import importlib
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest

from wiki.instance import Instance
from wiki.people.privacy.expiry import forget_the_past
from wiki.people.sisters import departures
from wiki.repository.commit import commit
from wiki.repository.objects import WIKI_AUTHOR, Author
from wiki.repository.process import run
from wiki.sisters import outbox, pings, runner, upkeep
from wiki.sisters.holdings import begin_departure
from wiki.sisters.statement import public_folder, public_head
from wiki.testing import Place
from wiki.testing.obstacles import about_files
from wiki.testing.texts import page

from .conftest import Site
from .test_exchange import objects

NEEDS = {"brest": "b-aaaaaaaa", "nantes": "b-bbbbbbbb"}
NAME, WORDS = "Zénobie Quatrecoeurs", "J’ai déployé trois réseaux."
PORTRAIT = b"\x89PNG\r\n\x1a\n" + b"portrait-4f1c" * 40
#: all that might give her away: a name, what pages and rows call her, what she wrote, her picture
TRACES = (NAME, "zenobie", "Zénobie", WORDS, PORTRAIT.decode("latin-1"))


@dataclass
class Three:
    """Lyon, where Zénobie has an account and a page; Brest and Nantes, which she answered."""

    lyon: Site
    others: tuple[Site, Site]
    places: dict[str, Place]
    alias: str

    def turn(self) -> None:
        """All that the task queue does within minutes, at each site that answers."""
        sites = [one for one in (self.lyon, *self.others) if one.server is not None]
        jobs = importlib.import_module("wiki_plugins.introductions.jobs")
        for work in (lambda one: jobs.run(one.instance), lambda one: pings.run(one.instance)):
            for one in sites:
                work(one)
        for _turn in range(2):
            for one in sites:
                runner.run(one.instance)
                outbox.run(one.instance)

    def later(self, **how_long: float) -> None:
        for place in self.places.values():
            place.later(**how_long)
        self.turn()

    def traces(self, site: Site) -> set[tuple[str, str]]:
        """Where on the disk of ``site``, but in mails that left it, something of her is."""
        upkeep.run(site.instance)
        words = [one.encode("latin-1" if one == TRACES[-1] else "utf-8") for one in TRACES]
        words.append(self.alias.partition("@")[0].encode())
        found = set()
        for file in site.instance.settings.instance.rglob("*"):
            if not file.is_file() or "outbox" in file.parts:
                continue
            data = file.read_bytes()
            with suppress(zlib.error):
                data += zlib.decompress(data)
            found |= {(file.name, repr(one)) for one in words if one in data}
        objs = b"".join(objects(site))
        return found | {("git", repr(one)) for one in words if one in objs}


@pytest.fixture
def three(site: Callable[[str], Site]) -> Three:
    lyon, brest, nantes = site("lyon"), site("brest"), site("nantes")
    places = {one.name: Place(one.instance, one.app) for one in (lyon, brest, nantes)}
    for one in (brest, nantes):
        places[one.name].person("Awa", page="personnes/awa")
        need = f"::: besoins\n- [ ] Un expert LoRaWAN {{#{NEEDS[one.name]}}}\n\n:::\n"
        team = '["[[personnes/awa]]"]'
        one.write(
            {
                "personnes/awa.md": page("", type="person", title="Awa"),
                "lora.md": page(need, type="project", title="LoRa", team=team),
            }
        )
        lyon.join(one)
        one.join(lyon)
    her = places["lyon"].person(NAME, page="personnes/zenobie", key="zenobie")
    repository = lyon.instance.repository
    files = {
        "personnes/zenobie.md": page(WORDS, type="person", title=NAME).encode(),
        "personnes/zenobie/portrait.png": PORTRAIT,
        "eau.md": b"# Eau\n",
    }
    author = Author(NAME, her.alias)
    commit(repository, repository.head(), files, author, f"Présenté {NAME}", co_authors=[author])
    made = Three(lyon, (brest, nantes), places, her.alias)
    made.turn()
    return made


def test_without_sisters_nobody_waits_for_the_public_history(
    instance: Instance, write: Callable[..., str]
) -> None:
    write({"index.md": "# Accueil\n"})
    before = instance.projections.part("public").reflects()
    assert begin_departure(instance) == ""
    assert instance.projections.part("public").reflects() == before != instance.repository.head()


@about_files("traces are looked for in what lies in its folder")
def test_who_is_erased_sees_each_sister_follow_and_nothing_is_left_there(three: Three) -> None:
    here, (brest, nantes) = three.places["lyon"], three.others
    for one in three.others:
        assert NAME in one.titles()
        url = f"/-/introductions/sister/{one.name}/{NEEDS[one.name]}"
        here.send("zenobie", url, 200, words=WORDS)
        outbox.run(three.lyon.instance)
        assert NAME in three.places[one.name].mails_to("awa")[0]
    there = three.places["nantes"]
    there.send("", there.mailed_link("awa", "/-/introductions/"), action="yes")
    three.turn()
    assert NAME in there.mails_to("awa")[-1]
    assert {"git", "private"} <= {name.partition(".")[0] for name, _word in three.traces(nantes)}

    nantes.stop()
    link = here.send("zenobie", "/-/account", action="erase", with_page="1")
    assert link.startswith("/-/departures/")
    assert here.see("", link).count("quelques minutes") == 2
    three.later(minutes=12)
    three.later(minutes=12)
    shown = here.see("", link)
    assert shown.index("pas répondu depuis") < shown.index("ne montre plus rien de vous depuis")
    assert not [trace for trace in (*TRACES[:3], three.alias) if trace in shown]
    assert three.traces(brest) == set()
    assert three.traces(nantes)

    three.later(days=40)
    nantes.serve()
    three.later(minutes=1)
    three.later(hours=7)
    assert NAME not in nantes.titles()
    assert three.traces(nantes) == three.traces(brest) == set()
    assert here.see("", link).count("ne montre plus rien de vous depuis") == 2
    assert departures.count_open(three.lyon.instance.private) == {}
    here.now += timedelta(days=366)
    forget_the_past(here.instance.private)
    here.see("", link, 404)


def test_who_looks_after_a_page_sees_where_it_may_still_be_shown(
    site: Callable[[str], Site],
) -> None:
    lyon, brest = site("lyon"), site("brest")
    here, _there = (Place(one.instance, one.app) for one in (lyon, brest))
    here.person("Awa", "admin")
    lyon.join(brest)
    brest.join(lyon)
    closed = "---\nvisibility: members\n---\n"
    lyon.write({"eau.md": "# Eau\n", "adieu.md": "# Adieu\n", "clos.md": f"{closed}# Clos\n"})
    brest.poll(lyon)
    lyon.poll(brest)
    brest.stop()
    lyon.write({"adieu.md": None})
    assert "Peut-être encore montrée par\xa0: Carrefour brest" in here.see("awa", "/adieu", 404)
    assert "encore montrée" not in here.see("", "/adieu", 404)
    lyon.write({"eau.md": f"{closed}# Eau\n"})
    lyon.poll(brest)
    assert "il n’a pas répondu depuis" in here.see("awa", "/-/access/eau")
    assert "Peut-être encore" in here.see("awa", "/adieu", 404)
    # What never was for everyone is shown nowhere.
    assert "peut-être encore" not in here.see("awa", "/-/access/clos")
    # Of a history that was written anew, the newest commit is nobody's all the same.
    marc = here.person("Marc")
    here.send("awa", f"/-/admin/people/{marc.id}", action="erase", email=marc.email)
    public = public_folder(lyon.instance)
    said = run(public, "log", "-1", "--format=%H %an", public_head(lyon.instance))[1].decode()
    assert said.split() == [public_head(lyon.instance), WIKI_AUTHOR.name]
    assert "1 compte effacé" in here.see("awa", "/-/admin/carrefours")
    brest.serve()
    brest.poll(lyon)
    lyon.poll(brest)
    for url, status in (("/-/access/eau", 200), ("/adieu", 404)):
        assert "peut-être encore" not in here.see("awa", url, status).casefold()
    assert "compte effacé" not in here.see("awa", "/-/admin/carrefours")
