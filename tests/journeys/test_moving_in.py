"""An administrator brings a table of projects, and how much of their time that takes.

``WIKI_TABLE`` names a table to bring instead of a small one that is made here.
"""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import DESK, Open, Site
from tests.journeys.conftest import browsers
from tests.journeys.steps import Album
from tests.journeys.stopwatch import Stopwatch
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.lists import count_rows
from wiki.testing import PASSWORD

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.testing.servers import WebServer

_MINUTES = 5
_HEADS = (
    *("Nom du projet", "Mission", "Description", "Thématiques", "Région", "Statut", "Depuis"),
    *("Publics", "Contact", "Site web"),
)


@pytest.fixture
def site(starter: "Instance", serve_web: "Callable[[Path], WebServer]") -> Site:
    from wiki.people.accounts import add_person

    add_person(
        starter.private, email="anne@example.org", name="Anne", role="admin", password=PASSWORD
    )
    return Site(serve_web(starter.settings.instance).url, starter, ("anne",))


@pytest.fixture
def browse(chromium: Any, site: Site) -> Iterator[Open]:
    with browsers(chromium, site) as browse:
        yield browse


@pytest.fixture
def table(tmp_path: Path) -> Path:
    if named := os.environ.get("WIKI_TABLE"):
        return Path(named)
    file = tmp_path / "projets.csv"
    with file.open("w", encoding="cp1252", newline="") as out:
        write = csv.writer(out, delimiter=";")
        write.writerow(_HEADS)
        for number in range(1, 41):
            day = "bientôt" if number == 7 else f"{number % 28 + 1:02}/03/2026"
            write.writerow(
                (
                    *(
                        f"Projet d’essai {number}",
                        f"Essayer le numéro {number}.",
                        "Un texte.\n" * 9,
                    ),
                    *(
                        "eau, sols",
                        "Bretagne",
                        "Prototype",
                        day,
                        "Communes",
                        f"p{number}@exemple.fr",
                    ),
                    f"https://exemple.fr/{number}",
                )
            )
    return file


@pytest.mark.timeout(400)
def test_a_table_of_projects_is_published_in_five_minutes(
    browse: Open, site: Site, table: Path
) -> None:
    lines = _lines(table)
    before = _projects(site)
    visit, watch, album = browse(DESK).log_in("anne"), Stopwatch(), Album()
    page = visit.page

    watch.step("Drop the file")
    visit.goto("/-/admin/imports")
    watch.read(page)
    page.set_input_files("main input[type=file]", table)
    watch.press(page, "main .form button[type=submit]")
    site.tend("imports")
    expect(page.locator("main .mapping")).to_be_visible()

    watch.step("Look at the columns")
    album.keep(visit, "columns")
    page.set_viewport_size(DESK)
    watch.read(page)
    kind = page.get_by_label("Chaque ligne est")
    expect(kind).to_have_value("project")
    # Another kind asks for other fields, and back again.
    kind.select_option("event")
    publics = page.get_by_label("Publics", exact=True)
    expect(publics.locator("option[value=starts]")).to_have_count(1)
    # What was just put into the page hears of no choice before its script has seen it.
    page.reload()
    expect(kind).to_have_value("event")
    kind.select_option("project")
    expect(publics.locator("option[value=starts]")).to_have_count(0)
    publics.select_option("themes")
    watch.press(page, "main .form button[value=choose]")
    site.tend("imports")

    watch.step("Look at the first pages")
    first = page.locator("main #pages li a").first
    expect(first).to_be_visible()
    album.keep(visit, "ready")
    page.set_viewport_size(DESK)
    watch.read(page)
    watch.press(page, "main #pages li a")
    expect(page.locator("main .text")).to_be_visible()
    watch.read(page)
    watch.press(page, "main .actions a")
    expect(first).to_be_visible()

    watch.step("Say yes")
    watch.press(page, "main button[value=import]")
    site.tend("imports")
    expect(page.locator("main .lead")).to_be_visible()
    album.keep(visit, "done")
    watch.read(page)

    assert _projects(site) - before == lines
    if folder := os.environ.get("WIKI_SCREENSHOTS"):
        (Path(folder) / "stopwatch.md").write_text(watch.table() + "\n", "utf-8")
    assert watch.total.seconds < 60 * _MINUTES, watch.table()


def _lines(table: Path) -> int:
    encoding = "cp1252" if b"\xc3\xa9" not in table.read_bytes() else "utf-8"
    with table.open(encoding=encoding, errors="replace", newline="") as file:
        return sum(1 for _row in csv.reader(file, delimiter=";")) - 1


def _projects(site: Site) -> int:
    return count_rows(Reader(site.instance), select(types=("project",)))
