"""One real server with the starter content for all journeys, and browsers that nothing escapes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.browsing import DESK, Open, Site, Watched
from wiki.testing import PASSWORD

if TYPE_CHECKING:
    from wiki.instance import Instance


@pytest.fixture(scope="session")
def site(starter_site: "tuple[Instance, str]") -> Site:
    """A running wiki with the starter content, a page of every difficulty, and three people."""
    from wiki.people.accounts import add_person, find_person
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    instance, url = starter_site
    for name, role in (("awa", "member"), ("marc", "member"), ("anne", "admin")):
        email = f"{name}@example.org"
        # The tests of the editor ask for the same.
        if find_person(instance.private, email) is None:
            add_person(
                instance.private, email=email, name=name.title(), role=role, password=PASSWORD
            )
    wide = (Path(__file__).parent / "wide.md").read_bytes()
    repository, author = instance.repository, Author("Une main", "main@people.invalid")
    commit(repository, repository.head(), {"essai-large.md": wide}, author, "une page large")
    return Site(url, instance)


@pytest.fixture
def browse(chromium: Any, site: Site) -> Iterator[Open]:
    """``browse(size, **options)``: a new browser at the site that all journeys share."""
    with browsers(chromium, site) as browse:
        yield browse


@contextmanager
def browsers(chromium: Any, site: Site) -> Iterator[Open]:
    """Opens browsers at ``site``, in which nothing may have gone wrong afterwards.

    What is wrong: an error of a script or of the console (what the site's policy stops is told
    there too), a request to anywhere else.
    """
    opened: list[tuple[Any, Watched]] = []

    def browse(size: dict[str, int] | None = None, **options: Any) -> Watched:
        # Days are those of the site, wherever the tests run.
        here = {"locale": "fr-FR", "timezone_id": "Europe/Paris"}
        context = chromium.new_context(viewport=size or DESK, **{**here, **options})
        context.set_default_timeout(30_000)
        watched = Watched(context.new_page(), site)
        page, faults = watched.page, watched.faults
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _console(said, page.url, faults))
        page.on("request", lambda asked: _foreign(asked.url, site.url, faults))
        opened.append((context, watched))
        return watched

    yield browse
    for context, _watched in opened:
        context.close()
    assert [fault for _context, watched in opened for fault in watched.faults] == []


def _console(said: Any, url: str, faults: list[str]) -> None:
    # A status such as 404 or 409 is an answer, not a fault of the page.
    if said.type == "error" and "the server responded with a status of 4" not in said.text:
        faults.append(f"{url}: {said.text}")


def _foreign(asked: str, ours: str, faults: list[str]) -> None:
    if not asked.startswith((ours, "data:", "blob:")):
        faults.append(f"asked elsewhere: {asked}")
