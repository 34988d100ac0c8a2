"""In a browser, on a phone, without a line: nothing typed is lost, and it is sent once."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from wiki.app import create_app
from wiki.testing import Place, sign_in

if TYPE_CHECKING:
    from wiki.instance import Instance

PHONE = {"width": 390, "height": 844}
FORM = "/-/signal"


@pytest.fixture(scope="module")
def field(starter_site: "tuple[Instance, str]") -> Place:
    """A wiki with the starter content, a correspondent and another; it is today."""
    instance, _url = starter_site
    clock = instance.private.now
    place = Place(instance, create_app(instance))
    instance.private.now = clock
    place.person("Cora", "correspondent")
    place.person("Cyr")
    return place


@pytest.fixture
def phone(
    chromium: Any, field: Place, starter_site: "tuple[Instance, str]"
) -> Iterator[Callable[..., Any]]:
    """``phone()``: the page of a correspondent's browser, with the form kept on it."""
    contexts = []
    _instance, url = starter_site

    def phone(workers: str = "allow") -> Any:
        context = chromium.new_context(
            viewport=PHONE, locale="fr-FR", base_url=url, service_workers=workers
        )
        contexts.append(context)
        # The form tries again each minute: a line that is there may fail at first.
        context.set_default_timeout(90_000)
        sign_in(context, url, field.client("cora"))
        page = context.new_page()
        page.goto(FORM)
        if workers == "allow":
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return page

    yield phone
    for context in contexts:
        context.close()


def write(page: Any, title: str) -> None:
    page.fill("[name=title]", title)
    page.fill("[name=summary]", "Un four partagé par le quartier.")


def send(page: Any) -> None:
    page.click("form[data-signal] button[type=submit]")


def waits(page: Any, words: str) -> None:
    page.wait_for_selector(f"[data-outbox] :text('{words}')")


def made(page: Any, path: str) -> int:
    return int(page.request.get(f"/{path}").status)


def test_without_a_line_it_waits_and_leaves_once(phone: Callable[..., Any], tmp_path: Path) -> None:
    page = phone()
    context = page.context
    context.set_offline(True)
    page.goto(FORM)  # the form itself opens without a line
    expect(page.locator("main")).to_contain_text("Pas de réseau")
    write(page, "Le four du soir")
    picture = tmp_path / "four.jpg"
    out = io.BytesIO()
    Image.effect_noise((1700, 900), 90).convert("RGB").save(out, "JPEG", quality=92)
    picture.write_bytes(out.getvalue())
    page.set_input_files("[name=photo]", str(picture))
    send(page)
    waits(page, "en attente d’envoi")
    expect(page.locator("[name=title]")).to_have_value("")
    page.close()  # the tab is shut
    page = context.new_page()
    page.goto(FORM)
    waits(page, "en attente d’envoi")
    button = page.locator("form[data-signal] button[type=submit]")
    expect(button).to_have_text("Garder, et envoyer plus tard")
    context.set_offline(False)
    page.wait_for_selector("[data-outbox] a[href='/projets/le-four-du-soir']")
    expect(button, "the line is back: it goes at once").to_have_text("Signaler")
    page.goto("/projets/le-four-du-soir")
    expect(page.locator(".text img")).to_have_count(1)
    source = page.request.get("/projets/le-four-du-soir.md").text()
    sent = page.request.get(re.findall(r"\((/projets/[^)]+\.jpg)\)", source)[0]).body()
    assert max(Image.open(io.BytesIO(sent)).size) == 1600, "made smaller on the device"
    page.goto(FORM)
    page.wait_for_timeout(200)
    assert page.locator("[data-outbox] .notice").count() == 0
    assert made(page, "projets/le-four-du-soir-2") == 404


def test_an_answer_that_got_lost_makes_no_second_page(phone: Callable[..., Any]) -> None:
    page = phone(workers="block")  # playwright does not see what passes a worker
    lost: list[int] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # it arrives; its answer does not
            route.abort()
        else:
            route.continue_()

    page.context.route(f"**{FORM}", lose)
    write(page, "Le four perdu")
    with page.expect_event("requestfailed"):
        send(page)
    waits(page, "en attente d’envoi")
    assert lost == [200]
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-outbox] a[href='/projets/le-four-perdu']")
    assert made(page, "projets/le-four-perdu-2") == 404


def test_what_is_typed_survives_the_tab(phone: Callable[..., Any]) -> None:
    page = phone()
    page.context.set_offline(True)
    write(page, "À moitié écrit")
    page.wait_for_selector("text=Gardé sur cet appareil")
    page.close()
    context = page.context
    page = context.new_page()
    page.goto(FORM)
    expect(page.locator("[name=title]")).to_have_value("À moitié écrit")


def test_a_session_that_ended_meanwhile_loses_nothing(
    phone: Callable[..., Any], field: Place, starter_site: "tuple[Instance, str]"
) -> None:
    _instance, url = starter_site
    page = phone()
    context = page.context
    context.set_offline(True)
    write(page, "Le four de nuit")
    send(page)
    waits(page, "en attente d’envoi")
    context.clear_cookies()
    context.set_offline(False)
    waits(page, "connectez-vous")
    sign_in(context, url, field.client("cyr"))  # someone else: theirs is not sent as his
    page.goto(FORM)
    page.wait_for_timeout(500)
    assert made(page, "projets/le-four-de-nuit") == 404
    context.clear_cookies()
    sign_in(context, url, field.client("cora"))
    page.goto(FORM)
    page.wait_for_selector("[data-outbox] a[href='/projets/le-four-de-nuit']")


def test_what_is_refused_says_why_and_can_be_put_right(phone: Callable[..., Any]) -> None:
    page = phone()
    write(page, "Le four lié")
    page.fill("[name=link]", "nulle part")
    send(page)
    waits(page, "Un lien est une adresse")
    page.click("[data-outbox] button:has-text('Reprendre')")
    page.fill("[name=link]", "four.example.org")
    send(page)
    page.wait_for_selector("[data-outbox] a[href='/projets/le-four-lie']")


def test_what_may_be_there_is_shown_while_one_types(phone: Callable[..., Any]) -> None:
    page = phone()
    title = page.request.get("/-/search?q=lora", headers={"Accept": "application/json"})
    one = next(row for row in title.json()["results"] if row["type"] == "project")
    page.fill("[name=title]", one["title"])
    page.press("[name=title]", "Tab")
    page.wait_for_selector(f"[data-alike] a[href='/{one['path']}']")


def test_the_worker_touches_this_form_alone(phone: Callable[..., Any]) -> None:
    page = phone()
    scopes = page.evaluate(
        "navigator.serviceWorker.getRegistrations().then((all) => all.map((one) => one.scope))"
    )
    # That of the whole site is another, which keeps pages.
    assert {re.sub(r"^https?://[^/]+", "", one) for one in scopes} - {"/"} == {FORM}
    kept = page.evaluate(
        "caches.keys().then((names) => caches.open(names.find((one) => one.startsWith('signal-'))))"
        ".then(async (cache) => (await cache.keys()).map((one) => one.url))"
    )
    assert all("/offline" in one or re.search(r"-\w{8,10}\.\w+$", one) for one in kept)
