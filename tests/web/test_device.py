"""The wiki on a device: what an installation is told, and what stays there without a line."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from wiki.testing import sign_in

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.testing.servers import WebServer

PAGES: dict[str, str | bytes | None] = {
    "index.md": "# Accueil\n\n[Un projet](projets/un)\n",
    "projets/un.md": "# Un projet\n\nCe que tout le monde lit.\n",
    "projets/clos.md": "---\nvisibility: members\n---\n# Entre nous\n\nSecret de membres.\n",
}
_READY = "navigator.serviceWorker.ready.then(() => true)"
_HELD = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) found.push(await (await cache.match(one)).text());
  }
  return found.join(" ");
}"""
_ADDRESSES = """async () => (await (await caches.open("carrefour-pages-1")).keys())
  .map((one) => new URL(one.url).pathname)"""


#: how often the page was not there while the worker kept it anew thirty times
_ABSENT = f"""async (path) => {{
  const worker = (await navigator.serviceWorker.ready).active;
  let absent = 0;
  for (let times = 0; times < 30; times++) {{
    worker.postMessage({{ read: path }});
    for (let looks = 0; looks < 10; looks++) {{
      if (!(await ({_ADDRESSES})()).includes(path)) absent++;
    }}
  }}
  return absent;
}}"""


def test_an_installation_is_told_the_name_the_colours_and_the_ways_in(
    instance: "Instance", client: "FlaskClient"
) -> None:
    page = client.get("/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    found = re.search(r'<link rel="manifest" href="([^"]+)"', page)
    assert found
    answer = client.get(found[1])
    told = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert (told["name"], told["lang"], told["dir"]) == ("Carrefour", "en", "ltr")
    assert told["start_url"] == told["scope"] == "/"
    assert [one["name"] for one in told["shortcuts"]] == ["Search", "The next evening"]
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    for one in told["icons"]:
        drawn = client.get(one["src"])
        assert drawn.mimetype == "image/svg+xml" and ">C</text>" in drawn.get_data(as_text=True)
    assert client.get("/-/icon/else.svg").status_code == 404
    assert client.get("/-/events/next").headers["Location"] == "/-/calendar"


def test_the_icon_that_was_chosen_is_that_of_the_installation(
    instance: "Instance", client: "FlaskClient", person: "Callable[..., Person]"
) -> None:
    from wiki.config.look.values import picture_name
    from wiki.editing.settings import change_look

    data = b"\x89PNG\r\n\x1a\n-"
    name = picture_name("icon", "png", data)
    change_look(instance, person("Anne", "admin"), {"icon": name}, {name: data})
    drawn = client.get("/-/icon/maskable.svg").get_data(as_text=True)
    assert '<image x="112"' in drawn and "data:image/png;base64," in drawn
    assert 'rel="apple-touch-icon"' in client.get("/").get_data(as_text=True)


@dataclass
class Device:
    """A browser with a worker, at a served wiki."""

    context: Any
    page: Any
    url: str

    def read(self, path: str) -> str:
        """What is shown there."""
        self.page.goto(self.url + path)
        return str(self.page.inner_text("main"))

    def keeps(self, path: str) -> None:
        """Waits until the worker has it."""
        self.page.wait_for_function(
            f"async (path) => (await ({_ADDRESSES})()).includes(path)", arg=path
        )

    def without_line(self) -> "Device":
        """Nothing is reached any more."""
        self.context.set_offline(True)
        return self


@pytest.fixture
def device(
    instance: "Instance",
    write: Callable[..., str],
    chromium: Any,
    web_server: "Callable[[Path], WebServer]",
) -> Iterator[Device]:
    write(PAGES)
    served = web_server(instance.settings.instance)
    context = chromium.new_context(locale="fr-FR", service_workers="allow")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(served.url)
    page.evaluate(_READY)
    yield Device(context, page, served.url)
    context.close()
    served.stop()


def test_public_pages_that_were_read_are_there_without_a_line_and_no_others(
    device: Device,
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    device.keeps("/")
    sign_in(device.context, device.url, log_in(person("Awa Ndiaye")))
    assert "Secret de membres" in device.read("/projets/clos")
    assert "tout le monde lit" in device.read("/projets/un")
    device.keeps("/projets/un")
    assert "Awa Ndiaye" in device.page.inner_text("body")
    # As a visitor sees it; while a browser puts the next copy in its place it lists neither.
    device.page.wait_for_function(
        f"async (words) => (await ({_HELD})()).includes(words)", arg="tout le monde lit"
    )
    held = device.page.evaluate(_HELD)
    assert "Secret" not in held and "Awa Ndiaye" not in held and "csrf_token" not in held

    # At most once a copy, in the moment in which the browser itself puts one in another's place.
    assert device.page.evaluate(_ABSENT, "/projets/un") < 30, "a copy waits for the next one"

    device.without_line()
    device.page.goto(f"{device.url}/projets/un")
    assert "tout le monde lit" in device.page.inner_text("main")
    banner = device.page.locator("[data-kept]")
    expect(banner).to_contain_text("Pas de réseau")
    expect(banner).to_contain_text(re.compile(r"20\d\d"))
    # An answer of 503: nothing was there.
    shown = device.read("/projets/clos")
    assert "Secret" not in shown and "Pas de réseau" in shown and "Un projet" in shown
    device.page.click("text=Un projet")
    device.page.wait_for_url("**/projets/un")


def test_a_page_that_is_closed_is_not_kept_any_longer(
    device: Device, write: Callable[..., str]
) -> None:
    device.read("/projets/un")
    device.keeps("/projets/un")
    write({"projets/un.md": "---\nvisibility: members\n---\n# Un projet\n"})
    device.page.goto(f"{device.url}/projets/un")
    device.page.wait_for_function(f"async () => !(await ({_ADDRESSES})()).includes('/projets/un')")
    assert "tout le monde" not in device.without_line().read("/projets/un")


def test_what_is_kept_is_bounded(device: Device) -> None:
    """Where more pages were read than there is room for, those read first are gone."""
    device.page.evaluate(
        """async () => {
          const cache = await caches.open("carrefour-pages-1");
          for (let n = 0; n < 85; n += 1) await cache.put(`/p/${n}`, new Response("x"));
        }"""
    )
    device.read("/projets/un")
    device.keeps("/projets/un")
    device.page.wait_for_function(f"async () => (await ({_ADDRESSES})()).length <= 81")
    kept = device.page.evaluate(_ADDRESSES)
    assert "/p/0" not in kept and "/p/84" in kept and "/-/offline" in kept


def test_a_browser_without_workers_reads_as_ever(device: Device, chromium: Any) -> None:
    context = chromium.new_context(locale="fr-FR", service_workers="block")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{device.url}/projets/un")
    assert "tout le monde lit" in page.inner_text("main")
    assert page.evaluate("navigator.serviceWorker.controller") is None and faults == []
    context.close()
