"""What follows an evening: answers, contacts, what is said of its projects, news years later."""

from tests.journeys.browsing import DESK
from tests.journeys.evenings import MEMBERS, SOILS, VISITORS, Evening
from tests.journeys.steps import follow, press, told


def answer(evening: Evening) -> None:
    """The next morning, five people say what they think, without their names."""
    evening.years.at("2027-03-25T09:01")
    visit, page = evening.phone, evening.phone.page
    page.context.clear_cookies()
    for number, name in enumerate((*VISITORS, *MEMBERS)):
        visit.goto(evening.mail(name, r"(/-/questionnaires/answer/[\w.-]+)"))
        if not number:
            evening.album.as_seen(visit, "questionnaire-begins")
        follow(visit, "Commencer")
        for _screen in evening.shown():
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
    evening.public.sees("morning-after", evening.shown())


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
    evening.public.sees("contacts-missed", evening.shown())


def read(evening: Evening) -> None:
    """Once it is closed the team reads it; no other does."""
    owner = evening.owners["awa"]
    results = f"/-/questionnaires/results/{evening.event}?project={SOILS}"
    owner.log_in("awa").goto(results)
    assert "Un prix" not in told(owner)
    evening.years.at("2027-04-12T08:00")
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
    evening.years.at("2027-06-28T09:00")
    phone, page = evening.phone, evening.phone.page
    phone.goto(evening.mail("awa", r"(/-/news/\S+)"))
    evening.album.as_seen(phone, "owner-is-asked-for-news")
    page.fill("main [name=words]", "Deux communes rencontrées là essaient la carte des sols")
    press(phone, "Donner ces nouvelles")
    evening.album.as_seen(phone, "owner-gave-news")
    follow(phone, "Voir le projet")
    assert "Deux communes rencontrées" in told(phone)
    evening.album.as_seen(phone, "project")
    evening.public.sees("three-months-later", evening.shown())


def a_year_later(evening: Evening) -> None:
    """Twelve months later the other one tells how it ended; anybody reads what became of both."""
    evening.years.at("2028-03-27T09:00")
    phone, page = evening.phone, evening.phone.page
    phone.goto(evening.mail("paul", r"(/-/news/\S+)"))
    page.check("main [name=state][value=stopped]")
    page.fill("main [name=words]", "Arrêté ; nos images annotées sont à prendre")
    press(phone, "Donner ces nouvelles")
    phone.goto("/-/status/stories")
    evening.album.as_seen(phone, "what-became-of-them")
    assert "Deux communes rencontrées" in told(phone) and "nos images annotées" in told(phone)
    closed = [words for team in evening.crowd.selected for words in (team.title, team.sentence)]
    assert all(words in told(phone) for words in closed)
    for page in (f"/{evening.event}", evening.series):
        phone.goto(page)
        follow(phone, "Que sont-ils devenus")
        assert "Deux communes rencontrées" in told(phone)
        assert all(words in told(phone) for words in closed)
    evening.album.as_seen(phone, "what-became-of-the-evening")
    phone.goto("/")
    assert any(words in told(phone) for words in closed)
    team = evening.team.log_in("ines")
    team.page.set_viewport_size(DESK)
    team.goto(evening.series)
    evening.album.as_seen(team, "team-series-a-year-later")
