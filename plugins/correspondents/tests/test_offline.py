"""In a browser, on a phone, without a line: nothing typed is lost, and it is sent once."""

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from wiki.testing import PASSWORD, Server

PHONE = {"width": 390, "height": 844}
FORM = "/-/signal"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running wiki with the starter content, and a correspondent."""
    from wiki.config import load_settings
    from wiki.founding import found
    from wiki.instance import close_instance, open_instance
    from wiki.people.accounts import add_person

    folder = tmp_path_factory.mktemp("site") / "instance"
    settings = load_settings(folder, environ={})
    found(settings)
    instance = open_instance(settings)
    for name, role in (("cora", "correspondent"), ("marc", "member")):
        email = f"{name}@example.org"
        title = name.capitalize()
        add_person(instance.private, email=email, name=title, role=role, password=PASSWORD)
    close_instance(instance)
    server = Server(folder)
    yield server
    server.stop()


@pytest.fixture
def phone(chromium: Any, site: Server) -> Iterator[Callable[..., Any]]:
    """``phone(name)``: the page of a phone's browser, signed in, with the form kept on it."""
    contexts = []

    def phone(name: str = "cora", workers: str = "allow") -> Any:
        context = chromium.new_context(
            viewport=PHONE, locale="fr-FR", base_url=site.url, service_workers=workers
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        if name:
            log_in(page, name)
        page.goto(FORM)
        if workers == "allow":
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return page

    yield phone
    for context in contexts:
        context.close()


def log_in(page: Any, name: str) -> None:
    page.goto("/-/login")
    page.fill("main [name=email]", f"{name}@example.org")
    page.fill("main [name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("main [name=password]", "Enter")


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
    assert "Pas de réseau" in page.inner_text("main")
    write(page, "Le four du soir")
    picture = tmp_path / "four.jpg"
    out = io.BytesIO()
    Image.effect_noise((1700, 900), 90).convert("RGB").save(out, "JPEG", quality=92)
    picture.write_bytes(out.getvalue())
    page.set_input_files("[name=photo]", str(picture))
    send(page)
    waits(page, "en attente d’envoi")
    assert page.input_value("[name=title]") == ""
    page.close()  # the tab is shut
    page = context.new_page()
    page.goto(FORM)
    waits(page, "en attente d’envoi")
    button = page.locator("form[data-signal] button[type=submit]")
    assert button.inner_text() == "Garder, et envoyer plus tard"
    context.set_offline(False)
    page.wait_for_selector("[data-outbox] a[href='/projets/le-four-du-soir']")
    assert button.inner_text() == "Signaler", "the line is back: it goes at once"
    page.goto("/projets/le-four-du-soir")
    assert page.locator(".text img").count() == 1
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
    assert page.input_value("[name=title]") == "À moitié écrit"


def test_a_session_that_ended_meanwhile_loses_nothing(phone: Callable[..., Any]) -> None:
    page = phone()
    context = page.context
    context.set_offline(True)
    write(page, "Le four de nuit")
    send(page)
    waits(page, "en attente d’envoi")
    context.clear_cookies()
    context.set_offline(False)
    waits(page, "connectez-vous")
    log_in(page, "marc")  # someone else: theirs is not sent as his
    page.goto(FORM)
    page.wait_for_timeout(500)
    assert made(page, "projets/le-four-de-nuit") == 404
    context.clear_cookies()
    log_in(page, "cora")
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
    assert [re.sub(r"^https?://[^/]+", "", one) for one in scopes] == [FORM]
    kept = page.evaluate(
        "caches.keys().then(async (names) => (await (await caches.open(names[0])).keys())"
        ".map((one) => one.url))"
    )
    assert all("/offline" in one or re.search(r"-\w{8,10}\.\w+$", one) for one in kept)
    begun = time.monotonic()
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/-/changes")
    assert time.monotonic() - begun < 5
