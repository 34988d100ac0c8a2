"""The whole cycle, each step by its user: a series, an evening, and what became of who was shown.

The projects are real ones; the people are not. With ``WIKI_SCREENSHOTS`` set to a folder the steps
are photographed there, by day and by night.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.browsing import DESK, PHONE, Open, mailed
from tests.journeys.conftest import browsers
from tests.journeys.steps import Album, follow, press, told
from tests.journeys.years import Years, import_some, turning

if TYPE_CHECKING:
    from wiki.instance import Instance

SOILS, SITES, ADVICE = (
    f"projets/{name}"
    for name in ("access-sol", "archeolog-ia", "adaptation-au-changement-climatique-acc")
)
#: who comes: three who have no account, two who have
VISITORS, MEMBERS = ("zoe", "lou", "sam"), ("marc", "rosa")


@pytest.fixture
def years(starter: "Instance", data: Path, tmp_path: Path) -> Iterator[Years]:
    import_some(starter, data, tmp_path / "some")
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


class Evening:
    """One evening of a series, its people and their screens."""

    def __init__(self, years: Years, browse: Open) -> None:
        self.years = years
        self.album = Album()
        self.team = browse().log_in("ines")
        self.owners = {
            name: browse(PHONE, has_touch=True).log_in(name) for name in ("awa", "paul", "nora")
        }
        self.phone = browse(PHONE, has_touch=True)
        self.member = {name: browse(PHONE, has_touch=True).log_in(name) for name in MEMBERS}
        self.event = ""
        self.series = ""

    def mail(self, name: str, pattern: str) -> str:
        self.years.tend()
        place = "net" if name in VISITORS else "org"
        return mailed(self.years.site, f"{name}@example.{place}", pattern)


# What was sent is kept in memory and goes with its request: nothing is left open.
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
# A year is long on a busy machine.
@pytest.mark.timeout(400)
def test_from_a_series_to_what_became_of_them(years: Years, browse: Open) -> None:
    evening = Evening(years, browse)
    begin_a_series(evening)
    propose(evening)
    select(evening)
    register(evening)
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
    page.fill("main [name=day]", "2027-03-18")
    evening.album.as_seen(visit, "team-next-evening")
    press(visit, "Créer la soirée")
    evening.event = page.url.partition("/-/events/prepare/")[2].partition("#")[0]
    assert evening.event
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


def select(evening: Evening) -> None:
    """Two are selected, one is not this time; all are told, and those who agree are named."""
    visit, page = evening.team, evening.team.page
    visit.goto(f"/-/applications/{evening.event}")
    evening.album.as_seen(visit, "team-applications")
    press_in_row(visit, "Access-Sol")
    page.get_by_label("ArchéologIA", exact=True).check()
    press(visit, "Les retenir")
    page.get_by_label("Booster Conseil", exact=True).check()
    page.click("main summary:has-text('Ou pas cette fois')")
    page.locator("main [name=reasons]").first.check()
    page.locator("main [name=doors]").first.check()
    page.get_by_label("Une ligne de votre main").fill("Revenez nous voir en juin, au café.")
    press(visit, "Pas cette fois")
    follow(visit, "Prévenir les")
    assert "Revenez nous voir en juin" in told(visit) and "signée Ines" in told(visit)
    evening.album.as_seen(visit, "team-reads-letters-over")
    press(visit, "Envoyer 3 lettres")
    evening.album.as_seen(visit, "team-has-told")
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
    page.reload()
    follow(visit, "Carrefour de Bretagne")
    assert "Access-Sol" in told(visit) and "Booster" not in told(visit)
    evening.album.as_seen(visit, "team-event")


def press_in_row(visit: Any, title: str) -> None:
    """Selects one project in its row of the table."""
    with visit.page.expect_navigation():
        visit.page.get_by_role("button", name=f"Retenir : {title}").click()


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


def check_in(evening: Evening) -> None:
    """At the door: the code of a ticket, then names."""
    evening.years.at("2027-03-18T18:20")
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
    visit.goto(f"/-/registrations/{evening.event}/door")
    for name in ("Lou", "Sam", "Marc", "Rosa"):
        with visit.page.expect_navigation():
            visit.page.get_by_role("button", name=f"Émarger {name}").click()
    evening.album.as_seen(visit, "door-names")


def answer(evening: Evening) -> None:
    """The next morning, five people say what they think, without their names."""
    evening.years.at("2027-03-19T09:01")
    visit, page = evening.phone, evening.phone.page
    page.context.clear_cookies()
    for number, name in enumerate((*VISITORS, *MEMBERS)):
        visit.goto(evening.mail(name, r"(/-/questionnaires/answer/[\w.-]+)"))
        if not number:
            evening.album.as_seen(visit, "questionnaire-begins")
        follow(visit, "Commencer")
        for _screen in (SOILS, SITES):
            if page.locator("h1").inner_text() != "Access-Sol":
                follow(visit, "Passer")
                continue
            page.get_by_label("L’idée").check()
            page.locator("main textarea").nth(1).fill(f"Un prix, et qui s’en sert ({number})")
            if not number:
                evening.album.as_seen(visit, "questionnaire-project")
            press(visit, "Envoyer et continuer")
        assert "Merci" in told(visit)
    evening.album.as_seen(visit, "questionnaire-thanks")
    assert page.context.cookies() == []


def find_again(evening: Evening) -> None:
    """Two who agreed to be found again missed each other: one asks, the other says yes."""
    asks, asked = (evening.member[name].log_in(name) for name in MEMBERS)
    asks.goto(f"/-/encounters/{evening.event}")
    line = asks.page.locator("main li:has-text('Rosa')")
    line.locator("summary").click()
    line.locator("[name=words]").fill("Votre question sur les sols des communes")
    evening.album.as_seen(asks, "attendee-missed-someone")
    with asks.page.expect_navigation():
        line.get_by_role("button", name="Leur demander").click()
    evening.album.as_seen(asks, "attendee-has-asked")
    asked.goto(evening.mail("rosa", r"(/-/introductions/[\w.-]+)(?=\s)"))
    assert "Votre question sur les sols" in told(asked)
    evening.album.as_seen(asked, "attendee-is-asked")
    press(asked, "Oui, volontiers")
    evening.mail("marc", r"(rosa@example\.org)")


def read(evening: Evening) -> None:
    """Once it is closed the team reads it; no other does."""
    owner = evening.owners["awa"]
    results = f"/-/questionnaires/results/{evening.event}?project={SOILS}"
    owner.log_in("awa").goto(results)
    assert "Un prix" not in told(owner)
    evening.years.at("2027-04-05T08:00")
    owner.log_in("awa").goto(evening.mail("awa", r"(/-/questionnaires/results/\S+)"))
    assert "5 personnes" in told(owner) and told(owner).count("Un prix") == 5
    evening.album.as_seen(owner, "owner-reads-answers")
    other = evening.owners["paul"].log_in("paul")
    assert other.goto(results).status == 404
    # Who prepares the evening is entrusted with the space, and is not its team.
    team = evening.team.log_in("ines")
    assert team.goto(f"/{SOILS}").status == 200 and team.goto(results).status == 404


def say_so(evening: Evening) -> None:
    """Both teams agreed, and the evening was held: their pages say so; a mail lets them object."""
    for name in ("awa", "paul"):
        owner = evening.owners[name]
        owner.goto(evening.mail(name, r"(/-/application/presented/[\w.-]+)"))
        assert "dit qu’il y a été présenté" in told(owner)
        if name == "awa":
            evening.album.as_seen(owner, "owner-after-the-evening")
            press(owner, "Le retirer de notre page")
            assert "ne dit pas qu’il y a été présenté" in told(owner)
            press(owner, "Le dire à nouveau")
    assert owner.goto(f"/-/status/stories?event={evening.event}").status == 200
    assert "Access-Sol" in told(owner) and "ArchéologIA" in told(owner)


def ask_again(evening: Evening) -> None:
    """Three months later: one link and a sentence."""
    evening.years.at("2027-06-21T09:00")
    phone, page = evening.phone, evening.phone.page
    phone.goto(evening.mail("awa", r"(/-/news/\S+)"))
    evening.album.as_seen(phone, "owner-is-asked-for-news")
    page.fill("main [name=words]", "Deux communes rencontrées là essaient la carte des sols")
    press(phone, "Donner ces nouvelles")
    evening.album.as_seen(phone, "owner-gave-news")
    follow(phone, "Voir le projet")
    assert "Deux communes rencontrées" in told(phone)
    evening.album.as_seen(phone, "project")


def a_year_later(evening: Evening) -> None:
    """Twelve months later the other one tells how it ended; anybody reads what became of both."""
    evening.years.at("2028-03-20T09:00")
    phone, page = evening.phone, evening.phone.page
    phone.goto(evening.mail("paul", r"(/-/news/\S+)"))
    page.check("main [name=state][value=stopped]")
    page.fill("main [name=words]", "Arrêté ; nos images annotées sont à prendre")
    press(phone, "Donner ces nouvelles")
    phone.goto("/-/status/stories")
    evening.album.as_seen(phone, "what-became-of-them")
    assert "Deux communes rencontrées" in told(phone) and "nos images annotées" in told(phone)
    team = evening.team.log_in("ines")
    team.page.set_viewport_size(DESK)
    team.goto(evening.series)
    evening.album.as_seen(team, "team-series-a-year-later")
