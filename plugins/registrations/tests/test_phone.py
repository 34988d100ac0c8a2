"""An attendee on a phone, without script, by keyboard: from the page of an event to the door."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from wiki.config import load_settings
from wiki.founding import found
from wiki.instance import close_instance, open_instance
from wiki.people.accounts import add_person, set_page
from wiki.people.database import utc_now
from wiki.repository.objects import Author
from wiki.repository.writing import commit
from wiki.sending import deliver
from wiki.testing import PASSWORD, text_of

from .conftest import EVENT, FILES, event

PHONE = {"width": 390, "height": 800}


def test_from_the_event_to_the_door(
    tmp_path: Path, serve: Callable[..., Any], chromium: Any, part: Callable[[str], Any]
) -> None:
    settings = load_settings(tmp_path / "instance", environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    today = utc_now().astimezone(settings.zone).date().isoformat()
    files = {**FILES, f"{EVENT}.md": event(starts=today, ends="", capacity="1")}
    changes = {name: text.encode() for name, text in files.items() if text}
    head = instance.repository.head()
    commit(instance.repository, head, changes, Author("Une main", "m@people.invalid"), "by hand")
    awa = add_person(instance.private, email="awa@example.org", name="Awa", password=PASSWORD)
    set_page(instance.private, awa.id, "personnes/awa", by="test")
    server = serve(settings.instance)

    def browser(**more: Any) -> Any:
        context = chromium.new_context(
            base_url=server.url,
            viewport=PHONE,
            java_script_enabled=False,
            locale="fr-FR",
            **more,
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    page = browser()
    page.goto(f"/{EVENT}")
    page.get_by_role("link", name="S’inscrire").click()
    page.get_by_label("Votre nom", exact=True).fill("Zoé")
    page.get_by_label("Votre adresse de courriel").fill("zoe@example.net")
    page.get_by_label("Trouver des partenaires").press("Space")
    page.get_by_role("button", name="S’inscrire").press("Enter")
    page.get_by_text("Ouvrez le courriel").wait_for()
    # The server's own sender may have it in hand: then ours leaves it alone.
    deadline = time.monotonic() + 30
    while not (mails := list((settings.instance / "outbox").glob("*.eml"))):
        assert time.monotonic() < deadline, "no mail"
        deliver(instance)
        time.sleep(0.05)
    (file,) = mails
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
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
    team.goto("/-/login")
    team.locator("main [name=email]").fill("awa@example.org")
    team.locator("main [name=password]").fill(PASSWORD)
    team.locator("main [name=password]").press("Enter")
    team.wait_for_load_state()
    team.goto(code.get_attribute("src").replace("/code/", "/check/").removesuffix(".svg"))
    team.get_by_role("heading", name="Zoé").wait_for()
    team.get_by_role("button", name="C’est bien cette personne").press("Enter")
    team.get_by_text("Arrivée notée à").wait_for()
    page.reload()
    page.get_by_text("Votre arrivée est notée").wait_for()
    for one in (page, team):
        one.context.close()
    close_instance(instance)
