"""On a phone, without JavaScript: from the mail to the thanks, by keyboard, without a cookie."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugins.questionnaires.tests.conftest import EVENT, LORA, Evening, event_page
from wiki.people.store.values import utc_now

if TYPE_CHECKING:
    from wiki.testing import WebServer


def test_an_answer_on_the_way_home(
    morning: Evening, serve_web: "Callable[[Path], WebServer]", chromium: Any, capfd: Any
) -> None:
    instance, now = morning.instance, utc_now()
    gone = (now - timedelta(days=2)).date().isoformat()
    morning.write({f"{EVENT}.md": event_page(starts=gone, ends=gone)})
    with instance.private.session() as session:
        row = morning.part("store").row_for(instance, session, EVENT)
        row.sent, row.last_day = now, (now + timedelta(days=9)).date()
        round_id = row.id
    server = serve_web(instance.settings.instance)
    link = f"{server.url}{morning.links()[0]}"
    phone = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="fr-FR"
    )
    page = phone.new_page()
    page.goto(link)
    page.get_by_role("link", name="Commencer").press("Enter")
    page.get_by_label("L’idée").press("Space")
    page.get_by_label("En quelques mots").nth(1).fill("Le prix")
    box = page.locator("main").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390, "nothing lies beside the screen"
    page.get_by_role("button", name="Envoyer et continuer").press("Enter")
    page.get_by_text("2 sur 2").wait_for()
    page.get_by_role("link", name="Passer").press("Enter")
    page.get_by_role("heading", name="Merci").wait_for()
    assert phone.cookies() == []
    phone.close()
    urn = morning.part("store").urns_of(instance, round_id)[LORA]
    assert (urn.count, urn.texts) == (1, {"lacking": ["Le prix"]})
    server.stop()
    said = "".join(capfd.readouterr())
    assert "answer/" not in said, "what the server says names no link"
