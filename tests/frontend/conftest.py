"""The editor of the real wiki: the journeys' server, a page of one's own for each test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browsing import Open, Site, Watched
from tests.journeys.conftest import browse, site
from wiki.pages.words import slug

__all__ = ["browse", "site"]

PAGE = (Path(__file__).parent / "page.md").read_text("utf-8")
Write = Callable[[str], None]
Desk = Callable[..., Watched]


@pytest.fixture
def path(request: pytest.FixtureRequest) -> str:
    """The page of this test."""
    return f"essais/{slug(request.node.name)}"


@pytest.fixture
def write(site: Site, path: str) -> Write:
    """``write(text)``: the page of this test says so now, as if somebody else had saved it."""
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    def write(text: str) -> None:
        repository, author = site.instance.repository, Author("Une main", "main@people.invalid")
        with repository.lock():
            changes = {f"{path}.md": text.encode()}
            commit(repository, repository.head(), changes, author, "à la main")

    return write


@pytest.fixture
def desk(browse: Open, write: Write, path: str) -> Desk:
    """``desk(text, size, **options)``: the editor, signed in, on a page that says it.

    ``as_text``: with its signs, as who prefers that has it.
    """

    def desk(
        text: str = PAGE,
        size: dict[str, int] | None = None,
        *,
        as_text: bool = False,
        **options: Any,
    ) -> Watched:
        write(text)
        writer = browse(size, **options).log_in("awa")
        if as_text:
            writer.page.add_init_script("localStorage.setItem('editor-text', 'yes')")
        writer.goto(f"/-/edit/{path}")
        writer.page.wait_for_selector(".edit-tools")
        return writer

    return desk
