"""The whole cycle, each step by its user: a series, an evening, and what became of who was shown.

The projects are real ones; the people are not. With ``WIKI_SCREENSHOTS`` set to a folder the steps
are photographed there, by day and by night. ``WIKI_EVENING=whole`` has as many come as to a real
evening.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.aftermath import a_year_later, answer, ask_again, find_again, read, say_so
from tests.journeys.browsing import PHONE, Open
from tests.journeys.conftest import browsers
from tests.journeys.crowd import GUESTS, WHOLE
from tests.journeys.evenings import ADVICE, EMPTY, MEMBERS, SITES, SOILS, VISITORS, Evening
from tests.journeys.steps import follow, press, told
from tests.journeys.years import Years, import_some, turning

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.fixture
def years(starter: "Instance", real_data: Path, tmp_path: Path) -> Iterator[Years]:
    import_some(starter, real_data, tmp_path / "some")
    with turning(starter, "2027-01-11T09:00") as years:
        years.person("ines", role="programme")
        years.person("awa", on=(SOILS,))
        years.person("paul", on=(SITES,))
        years.person("nora", on=(ADVICE,))
        for name in MEMBERS:
            years.person(name)
        yield years


@pytest.fixture
def browse(chromium: Any, years: Years) -> Iterator[Open]:
    with browsers(chromium, years.site) as browse:
        yield browse


# What was sent is kept in memory and goes with its request: nothing is left open.
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
# A year is long on a busy machine.
@pytest.mark.timeout(3000 if WHOLE else 400)
def test_from_a_series_to_what_became_of_them(years: Years, browse: Open) -> None:
    evening = Evening(years, browse)
    begin_a_series(evening)
    propose(evening)
    select(evening)
    withdraw(evening)
    announce(evening)
    register(evening)
    move(evening)
    check_in(evening)
    answer(evening)
    find_again(evening)
    read(evening)
    say_so(evening)
    ask_again(evening)
    a_year_later(evening)


def begin_a_series(evening: Evening) -> None:
    """The programme's team makes a series from a template, and its first evening."""
    visit, page = evening.team, evening.team.page
    visit.goto("/-/series")
    follow(visit, "Commencer une série")
    page.get_by_label("Carrefour d’un territoire").check()
    page.fill("main [name=title]", "Carrefour de Bretagne")
    page.fill("main [name=territory]", "Bretagne")
    page.fill("main [name=themes]", "Agriculture, Territoires")
    page.fill("main [name=place]", "Médiathèque, Rennes")
    evening.album.as_seen(visit, "team-begins-a-series")
    press(visit, "Commencer la série")
    evening.series = page.url.removeprefix(visit.site.url)
    evening.album.as_seen(visit, "team-series")
    follow(visit, "Préparer la prochaine soirée")
    page.fill("main [name=day]", "2027-03-17")
    evening.album.as_seen(visit, "team-next-evening")
    press(visit, "Créer la soirée")
    evening.event = page.url.partition("/-/events/prepare/")[2].partition("#")[0]
    assert evening.event
    evening.public.event, evening.public.series = evening.event, evening.series
    evening.public.day = "17 mars 2027"
    evening.public.sees("made")
    evening.album.as_seen(visit, "team-prepares")


def propose(evening: Evening) -> None:
    """Three teams propose a project that is here already, on a phone."""
    for name, title in (("awa", "Access-Sol"), ("paul", "ArchéologIA"), ("nora", "Booster")):
        visit = evening.owners[name]
        visit.goto(f"/{evening.event}")
        if name == "awa":
            evening.album.as_seen(visit, "owner-reads-the-call")
        follow(visit, "Proposer un projet")
        assert title in told(visit)
        visit.page.fill("main [name=why] >> nth=0", "Rencontrer des communes qui essaieraient")
        if name == "awa":
            evening.album.as_seen(visit, "owner-proposes")
        press(visit, "Proposer")
        assert "eçue" in told(visit)
        if name == "awa":
            evening.album.as_seen(visit, "owner-has-proposed")
    evening.crowd.propose(evening.event)
    evening.public.sees("proposed")


def select(evening: Evening) -> None:
    """Two are selected, one is not this time; all are told, and those who agree are named."""
    visit, page = evening.team, evening.team.page
    crowd, public = evening.crowd, evening.public
    visit.goto(f"/-/applications/{evening.event}")
    evening.album.as_seen(visit, "team-applications")
    press_in_row(visit, "Access-Sol")
    for title in ("ArchéologIA", *(team.title for team in crowd.selected)):
        page.get_by_label(title, exact=True).check()
    press(visit, "Les retenir")
    for title in ("Booster Conseil", *(team.title for team in crowd.refused)):
        page.get_by_label(title, exact=True).check()
    page.click("main summary:has-text('Ou pas cette fois')")
    page.locator("main [name=reasons]").first.check()
    page.locator("main [name=doors]").first.check()
    page.get_by_label("Une ligne de votre main").fill("Revenez nous voir en juin, au café.")
    press(visit, "Pas cette fois")
    follow(visit, "Prévenir les")
    assert "Revenez nous voir en juin" in told(visit) and "signée Ines" in told(visit)
    evening.album.as_seen(visit, "team-reads-letters-over")
    press(visit, f"Envoyer {3 + len(crowd.selected) + len(crowd.refused)} lettres")
    evening.album.as_seen(visit, "team-has-told")
    public.sees("answered")
    for name in ("awa", "paul"):
        owner = evening.owners[name]
        owner.goto(evening.mail(name, r"(/-/applications?/agree/[\w.-]+)"))
        if name == "awa":
            evening.album.as_seen(owner, "owner-is-selected")
        press(owner, "D’accord pour apparaître")
    evening.album.as_seen(owner, "owner-agreed")
    other = evening.owners["nora"]
    other.goto(evening.mail("nora", r"(/-/application/\w+)"))
    assert "Pas cette fois" in told(other)
    evening.album.as_seen(other, "owner-not-this-time")
    crowd.agree(evening.event)
    public.sees("agreed", evening.shown())
    page.reload()
    follow(visit, "Carrefour de Bretagne")
    assert "Access-Sol" in told(visit) and "Booster" not in told(visit)
    evening.album.as_seen(visit, "team-event")


def press_in_row(visit: Any, title: str) -> None:
    """Selects one project in its row of the table."""
    with visit.page.expect_navigation():
        visit.page.get_by_role("button", name=f"Retenir : {title}").click()


def withdraw(evening: Evening) -> None:
    """One of those whose space is closed no longer wants to be named: its words are gone."""
    crowd, visit = evening.crowd, evening.phone
    team = crowd.selected.pop()
    visit.log_in(team.name)
    visit.goto(f"/-/application/{crowd.application(evening.event, team).id}")
    evening.album.as_seen(visit, "owner-may-withdraw")
    press(visit, "Ne plus y figurer")
    visit.page.context.clear_cookies()
    evening.public.hidden |= {team.title, team.sentence}
    evening.public.sees("withdrawn", evening.shown())


def announce(evening: Evening) -> None:
    """Who follows it is told what everyone is shown; nothing is left to be looked at before."""
    visit, page = evening.team, evening.team.page
    evening.crowd.follow("rosa", "agriculture")
    visit.goto(f"/-/events/announce/{evening.event}")
    assert "1 personne l’apprendra" in told(visit)
    evening.album.as_seen(visit, "team-is-told-what-is-empty")
    follow(visit, "Rien n’est encore écrit sous « Pratique »")
    page.wait_for_selector(".edit-tools")
    page.click(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nDe plain-pied, une soupe à 20 h 30.")
    with page.expect_navigation():
        page.click(".edit-bar button:has-text('Enregistrer')")
    visit.goto(f"/-/events/announce/{evening.event}")
    assert "À regarder d’abord" not in told(visit)
    evening.album.as_seen(visit, "team-reads-over-what-is-announced")
    press(visit, "Annoncer")
    evening.album.as_seen(visit, "team-has-announced")
    evening.public.absent.discard(EMPTY)
    evening.public.sees("announced", evening.shown())
    assert "Pratique" in evening.public.text and "une soupe" in evening.public.text


def move(evening: Evening) -> None:
    """It takes place a week later: the new date everywhere, the old one nowhere."""
    evening.years.at("2027-03-03T10:00")
    visit, page = evening.team.log_in("ines"), evening.team.page
    visit.goto(f"/-/events/when/{evening.event}")
    page.fill("main [name=day]", "2027-03-24")
    press(visit, "Enregistrer")
    evening.album.as_seen(visit, "team-moves-it")
    press(visit, "La déplacer")
    evening.public.past = {"17 mars", "20270317"}
    evening.public.day = "24 mars 2027"
    evening.years.tend()
    evening.public.sees("moved", evening.shown())
    # Who is registered is told once the date has stood for a while.
    evening.years.at("2027-03-03T10:15")
    assert evening.mail("zoe", r"(24 mars 2027)")
    for name in ("awa", "paul"):
        assert evening.mail(name, r"(?s)est présenté.*(24 mars 2027)")


def register(evening: Evening) -> None:
    """People register on a phone: visitors by a mail, members at once."""
    evening.years.at("2027-03-01T19:00")
    visit, page = evening.phone, evening.phone.page
    for name in VISITORS:
        visit.goto(f"/{evening.event}")
        if name == "zoe":
            evening.album.as_seen(visit, "attendee-event")
        follow(visit, "S’inscrire")
        page.fill("main [name=name]", name.capitalize())
        page.fill("main [name=email]", f"{name}@example.net")
        page.locator("main [name=why]").first.check()
        if name == "zoe":
            evening.album.as_seen(visit, "attendee-registers")
        press(visit, "S’inscrire")
        assert "Ouvrez le courriel" in told(visit)
        if name == "zoe":
            evening.album.as_seen(visit, "attendee-has-a-mail")
        visit.goto(evening.mail(name, r"(/-/registrations/mine/[\w.-]+)"))
        if name == "zoe":
            evening.album.as_seen(visit, "attendee-confirms")
        press(visit, "Oui, je m’inscris")
        if name == "zoe":
            evening.album.as_seen(visit, "attendee-ticket")
    for name, member in evening.member.items():
        member.log_in(name)
        member.goto(f"/-/registrations/{evening.event}")
        member.page.check("main [name=listed]")
        press(member, "S’inscrire")
    evening.album.as_seen(member, "member-is-registered")
    evening.crowd.register(evening.event)
    assert evening.crowd.count(evening.event) == len(VISITORS) + len(MEMBERS) + GUESTS
    team = evening.team.log_in("ines")
    for page in ("manage", "manage/sheet"):
        team.goto(f"/-/registrations/{evening.event}/{page}")
        assert team.page.locator("h1").inner_text() != "Se connecter"
        evening.album.as_seen(team, f"team-{page.replace('/', '-')}")
    evening.public.sees("registered", evening.shown())
    assert ("complet" in evening.public.text) is WHOLE, "100 register for 80 places"


def check_in(evening: Evening) -> None:
    """At the door: the code of a ticket, then names."""
    evening.years.at("2027-03-24T18:20")
    visit = evening.team.log_in("ines")
    visit.page.set_viewport_size(PHONE)
    ticket = evening.mail("zoe", r"(/-/registrations/mine/[\w.-]+)")
    phone = evening.phone
    phone.goto(ticket)
    code = phone.page.get_by_role("img", name="Le code de votre billet").get_attribute("src")
    visit.goto(code.replace("/code/", "/check/").removesuffix(".svg"))
    evening.album.as_seen(visit, "door-ticket")
    press(visit, "C’est bien cette personne")
    assert "Arrivée notée à 18 h 20" in told(visit) or "18:20" in told(visit)
    phone.page.reload()
    evening.album.as_seen(phone, "attendee-is-in")
    for name in ("Lou", "Sam", "Marc", "Rosa"):
        visit.goto(f"/-/registrations/{evening.event}/door?q={name}")
        with visit.page.expect_navigation():
            visit.page.get_by_role("button", name=f"Noter l’arrivée de {name}").click()
    evening.album.as_seen(visit, "door-names")
    evening.public.sees("door", evening.shown())
