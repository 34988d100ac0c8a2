"""An attendee on a phone, without script, by keyboard: from the page of an event to the door."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wiki.mail_dispatch import deliver
from wiki.people.store.values import utc_now
from wiki.testing import read_mail, sign_in, text_of

from .conftest import EVENT, FILES, event

if TYPE_CHECKING:
    from wiki.instance import Instance

PHONE = {"width": 390, "height": 800}


def test_from_the_event_to_the_door(
    instance: "Instance",
    write: Callable[..., str],
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    serve_web: Callable[..., Any],
    chromium: Any,
) -> None:
    today = utc_now().astimezone(instance.settings.zone).date().isoformat()
    write({**FILES, f"{EVENT}.md": event(starts=today, ends="", capacity="1")})
    awa = person("Awa", page="personnes/awa")
    server = serve_web(instance.settings.instance)

    def browser(**more: Any) -> Any:
        context = chromium.new_context(
            base_url=server.url,
            viewport=PHONE,
            java_script_enabled=False,
            locale="fr-FR",
            **more,
        )
        return context.new_page()

    page = browser()
    page.goto(f"/{EVENT}")
    page.get_by_role("link", name="S’inscrire").click()
    page.get_by_label("Votre nom", exact=True).fill("Zoé")
    page.get_by_label("Votre adresse de courriel").fill("zoe@example.net")
    page.get_by_label("Trouver des partenaires").press("Space")
    page.get_by_role("button", name="S’inscrire").press("Enter")
    page.get_by_text("Ouvrez le courriel").wait_for()
    deliver(instance)
    (file,) = (instance.settings.instance / "outbox").glob("*.eml")
    mail = read_mail(file.read_bytes())
    assert mail["To"] == "zoe@example.net"
    link = re.findall(r"/-/registrations/mine/[\w.-]+", text_of(mail))
    page.goto(link[0])
    page.get_by_role("button", name="Oui, je m’inscris").press("Enter")
    page.get_by_role("heading", name="Votre inscription est faite").wait_for()
    code = page.get_by_role("img", name="Le code de votre billet")
    assert code.bounding_box()["width"] >= 200
    picture = page.request.get(code.get_attribute("src"))
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert page.viewport_size["width"] >= page.locator("main").bounding_box()["width"]

    team = browser()
    sign_in(team.context, server.url, log_in(awa))
    team.goto(code.get_attribute("src").replace("/code/", "/check/").removesuffix(".svg"))
    team.get_by_role("heading", name="Zoé").wait_for()
    team.get_by_role("button", name="C’est bien cette personne").press("Enter")
    team.get_by_text("Arrivée notée à").wait_for()
    page.reload()
    page.get_by_text("Votre arrivée est notée").wait_for()
    for one in (page, team):
        one.context.close()
