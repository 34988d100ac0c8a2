"""What the programme team reads of a space, edits and is mailed, from stage to stage.

Application and consent walk through all their states; in each, everyone knocks at every door of the
space. Beside them stands what was answered to the team, which no officer reads at any stage.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from wiki.reading.pages import page_exists
from wiki.testing import Place
from wiki.testing.places import text_of

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

EVENT, OTHER = "evenements/carrefour", "evenements/cafe"
SPACE, BELOW = "projets/ruches", "projets/ruches/plan"
START = datetime(2027, 1, 10, 9, tzinfo=UTC)
HEAD = (
    "---\ntype: project\ntitle: Ruches\nsummary: Des capteurs\n"
    "team: ['[[personnes/awa]]']\nvisibility: team\n---\n\nMielline.\n\n"
    "::: besoins\n- [ ] Un apiculteur qui connaît mielline {#b-ruches01}\n:::\n\n::: retours\n:::\n"
)
FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    f"{EVENT}.md": "---\ntype: event\ntitle: Carrefour\nstarts: 2027-03-18T18:30\n"
    "candidatures: ouvertes\nteam:\n  - '[[personnes/orga]]'\n  - '[[personnes/prune]]'\n---\n",
    f"{OTHER}.md": "---\ntype: event\ntitle: Café\nstarts: 2027-02-20\n"
    "candidatures: ouvertes\nteam: ['[[personnes/fanny]]']\n---\n",
    f"{SPACE}.md": HEAD,
    f"{BELOW}.md": "# Le plan\n\nMielline.\n",
    **{
        f"personnes/{one}.md": f"---\ntype: person\ntitle: {one.title()}\n---\n"
        for one in ("orga", "awa", "prune", "fanny", "double")
    },
}
#: neither of the team nor of those who prepare: what they read does not depend on the application
OUTSIDE = ("", "tiers", "orga", "lecteur", "passeuse", "signaleuse")
#: of the programme: of this evening, and of another one alone
OFFICERS = ("prune", "fanny")
INSIDE = ("awa", "gil", "chef")


def doors(path: str) -> list[str]:
    """Each way by which a page is read."""
    return [
        f"/{path}", f"/{path}.md", f"/-/history/{path}", f"/-/access/{path}", f"/-/comments/{path}",
        f"/-/api/v1/pages/{path}", f"/-/feedback/{path}?write=1", f"/-/export/{path}",
    ]  # fmt: skip


LISTS = ("/-/search?q=mielline", "/-/changes", "/-/projects", "/-/needs")


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]") -> Place:
    from wiki.people.access.grants import grant_guest

    place = Place(*shared_wiki, now=START)
    place.write(FILES)
    for name in ("orga", "awa"):
        place.person(name, page=f"personnes/{name}")
    for name in OFFICERS:
        place.person(name, "programme", page=f"personnes/{name}")
    for name, role in (
        ("tiers", "member"),
        ("gil", "member"),
        ("lecteur", "reader"),
        ("passeuse", "connector"),
        ("signaleuse", "correspondent"),
        ("chef", "admin"),
    ):
        place.person(name, role)
    grant_guest(place.instance.private, place.people["gil"].id, SPACE, by="test")
    place.keep()
    return place


@pytest.fixture
def evening(founded: Place) -> Place:
    founded.rewind()
    return founded


def status(place: Place, who: str, url: str) -> int:
    return place.client(who).get(url).status_code


def application(place: Place) -> str:
    found = re.search(r"/-/application/(\w{16})", place.see("awa", "/-/applications/mine"))
    assert found
    return found[1]


def stages(place: Place) -> Iterator[tuple[str, bool]]:
    """Every state of the application and of consent; whether the programme team reads in it."""
    yield "nothing was proposed", False
    led = place.send("awa", "/-/applications/new", to=EVENT, project=SPACE, why="Voir")
    id_ = application(place)
    url = f"/-/application/{id_}"
    assert led.endswith(url)
    yield "received", True
    place.send("prune", url, action="read")
    place.send("prune", url, action="note", text="Bonjour")
    yield "in briefing", True
    place.send("prune", url, action="aside")
    yield "set aside, which the team does not know", True
    place.send("prune", url, action="take-up")
    later: dict[str, Any] = {"choice": "later", "words": "Merci.", "reasons": ["early"]}
    later["doors"] = [OTHER]
    place.send("prune", f"{url}/decide", **later)
    yield "refused, and nobody told", True
    place.send("prune", url, action="tell")
    yield "refused", False
    place.send("prune", f"{url}/decide", choice="selected", words="Venez.")
    yield "selected, and nobody told", True
    place.send("prune", url, action="tell")
    yield "selected, the team has not answered", False
    place.send("awa", url, action="agree")
    yield "the team said yes", True
    place.send("awa", url, action="disagree")
    yield "the team took its yes back", False
    place.send("awa", url, action="agree")
    yield "yes again", True
    place.send("awa", url, action="withdraw")
    yield "withdrawn", False
    place.send("awa", url, action="again")
    yield "proposed again", True


def test_who_reads_and_edits_at_every_stage(evening: Place) -> None:
    for stage, reads in stages(evening):
        for who in (*OUTSIDE, *OFFICERS, *INSIDE):
            sees = who in INSIDE or (reads and who in OFFICERS)
            for path in (SPACE, BELOW):
                may = sees and (who != "gil" or path == SPACE)
                writes = who in ("awa", "chef") or (who == "gil" and path == SPACE)
                _knock(evening, stage, who, path, may, writes)
            if not sees and who in ("", "tiers", *OFFICERS):
                for url in LISTS:
                    assert "Ruches" not in evening.see(who, url), (stage, who, url)
            # What was answered to the team is nobody else's, whoever reads the space.
            if sees and who != "gil":
                shown = evening.see(who, f"/-/feedback/{SPACE}")
                assert ("<h1>Les retours" in shown) == (who in ("awa", "chef")), (stage, who)


def _knock(place: Place, stage: str, who: str, path: str, may: bool, writes: bool) -> None:
    """At all doors of the page as an officer; at the first one as anybody else."""
    for url in doors(path) if who == OFFICERS[1] else doors(path)[:1]:
        told = status(place, who, url)
        assert (told in (200, 403)) == may, (stage, who, url, told)
    if who in OFFICERS:
        assert (status(place, who, f"/-/edit/{path}") == 200) == writes, (stage, who, path)
    reader = place.reader(who)
    assert page_exists(reader, path) == may and reader.may_edit(path) == writes, (stage, who, path)
    assert reader.may_change_rights(path) == (who in ("awa", "chef")), (stage, who, path)


def test_what_is_shown_to_all_is_edited_by_no_officer(evening: Place) -> None:
    id_ = (list(stages(evening)), application(evening))[1]
    evening.send("awa", f"/-/application/{id_}", action="show")
    for who in ("", "tiers", *OFFICERS):
        assert evening.see(who, f"/{SPACE}") and not evening.reader(who).may_edit(SPACE)
    # Open to the edits of all members, it is open to those of an officer as a member.
    evening.write({f"{SPACE}.md": HEAD.replace("visibility: team", "editors: members")})
    assert all(evening.reader(who).may_edit(SPACE) for who in ("tiers", *OFFICERS))


def test_an_officer_on_the_team_is_of_the_team_and_decides_nothing(evening: Place) -> None:
    double = evening.person("double", "programme", page="personnes/double")
    assert double.page
    named = HEAD.replace("personnes/awa]]'", "personnes/awa]]', '[[personnes/double]]'")
    evening.write({f"{SPACE}.md": named})
    for stage, _reads in stages(evening):
        assert evening.reader("double").may_change_rights(SPACE), stage
        assert "<h1>Les retours" in evening.see("double", f"/-/feedback/{SPACE}")
    id_ = application(evening)
    assert status(evening, "double", f"/-/application/{id_}/decide?choice=selected") == 404


def answered(place: Place) -> None:
    """A visitor and a member answer what the open page asks; a member answers its need."""
    place.send("tiers", f"/-/feedback/{SPACE}", helps="Parolecachée de Tiers")
    url = f"/-/feedback/{SPACE}"
    place.send("", url, 200, name="Zoé", email="zoe@example.net", helps="Parolecachée de Zoé")
    link = place.mailed_link("zoe@example.net", "/-/feedback/own/")
    place.send("", link, action="confirm")
    words = "Parolecachée, je connais le miel"
    place.send("tiers", "/-/introductions/answer/b-ruches01", 200, words=words)


def test_who_is_told_of_answers_to_the_team(evening: Place) -> None:
    """While it waits, and the space is open: pages, mails, digests and lines tell no officer."""
    _with_digests(evening)  # from now on everyone’s begin
    evening.later(hours=1)
    walk = stages(evening)
    for stage, reads in walk:
        if stage == "received":
            evening.send("awa", f"/-/application/{application(evening)}", action="show")
            answered(evening)
        if stage in ("received", "refused", "the team said yes"):
            _nobody_else_is_told(evening, stage)
        assert isinstance(reads, bool)


def _nobody_else_is_told(evening: Place, stage: str) -> None:
    urls = [f"/-/feedback/{SPACE}", "/-/account", "/-/queue", "/-/introductions", f"/{SPACE}"]
    urls += [f"/-/comments/{SPACE}", "/-/moderation", "/-/applications/" + EVENT]
    for who in (*OFFICERS, "orga", "passeuse", ""):
        for url in urls:
            shown = evening.client(who).get(url).get_data(as_text=True)
            assert "Parolecachée" not in shown, (stage, who, url)
            assert "a dit quelque chose" not in shown and "premier message" not in shown.lower()
        assert status(evening, who, "/-/feedback/held") in (404, 302), (stage, who)
    for row in evening.part("wiki_plugins.feedback.store").find_all(evening.instance):
        for who in (*OFFICERS, "orga"):
            evening.see(who, f"/-/feedback/fate/{row.id}", 404)
            for action in ("accept", "spam"):
                evening.send(who, "/-/feedback/held", 404, id=row.id, action=action)
    shown = evening.see("awa", f"/-/feedback/{SPACE}")
    assert shown.count("Parolecachée") >= 2, "the team reads it"
    mails = _with_digests(evening)
    others = {evening.people[who].email for who in (*OFFICERS, "orga", "passeuse")}
    words = [text_of(mail) for mail in mails if mail["To"] in others]
    assert not any("Parolecachée" in text or "à lire sur Ruches" in text for text in words)
    # Answers by feedback are told in digests, those to a need at once: to the team.
    told_team = "".join(evening.mails_to("awa"))
    assert "retours à lire sur Ruches" in told_team and "je connais le miel" in told_team


def _with_digests(evening: Place) -> list[EmailMessage]:
    from wiki.digests.runner import run

    evening.mails()
    evening.later(days=2)
    run(evening.instance)
    return evening.mails()
