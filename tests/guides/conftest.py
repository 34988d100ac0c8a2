"""A wiki as a stranger finds it, with the starter content, and somebody in each role."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.guides.studio import SCREEN, Studio
from tests.journeys.browsing import Open, Site
from tests.journeys.conftest import browsers
from wiki.testing import PASSWORD, WebServer
from wiki.testing.wikis import opened

if TYPE_CHECKING:
    from wiki.config import Settings

#: who has an account, by role; they say what they are, as the starter content does
PEOPLE = {
    "member": ("agronome", "Une agronome de Plouha"),
    "connector": ("connectrice", "Une connectrice"),
    "correspondent": ("correspondante", "Une correspondante"),
    "programme": ("programme", "Une personne du programme"),
    "admin": ("administratrice", "Une administratrice"),
}
#: of the starter content, by the first of them
PAGE = "personnes/une-agronome-de-plouha"
#: English guides say what French ones say, word for word (test_guides.py): walked for pictures only
LANGUAGES = ("fr", "en") if os.environ.get("WIKI_PICTURES") else ("fr",)


@pytest.fixture(scope="package", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """The language of the guide, and of the browser."""
    return str(request.param)


@contextmanager
def starter(
    folder: Path,
    language: str,
    found_wiki: "Callable[[Settings, bool], None]",
    web_server: Callable[[Path], WebServer],
) -> Iterator[Site]:
    """A served wiki with the starter content, and its people."""
    from wiki.config import load_settings
    from wiki.people.accounts import add_person, set_page

    folder.mkdir()
    # Its pages say what they say where there is a mail server; here mails are files.
    settings = 'encoder = "use"\nsmtp_host = "127.0.0.1"\n'
    (folder / "wiki.toml").write_text(settings, "utf-8")
    found_wiki(load_settings(folder, environ={}), False)
    with opened(load_settings(folder, environ={"WIKI_SMTP_HOST": ""})) as instance:
        for role, (name, title) in PEOPLE.items():
            person = add_person(
                instance.private,
                email=f"{name}@example.org",
                name=title,
                role=role,
                password=PASSWORD,
                lang=language,
            )
            if role == "member":
                set_page(instance.private, person.id, PAGE, by=person.id)
        server = web_server(folder)
        try:
            yield Site(server.url, instance, tuple(name for name, _title in PEOPLE.values()))
        finally:
            server.stop()


@pytest.fixture(scope="package")
def site(
    language: str,
    tmp_path_factory: pytest.TempPathFactory,
    found_wiki: "Callable[[Settings, bool], None]",
    web_server: Callable[[Path], WebServer],
) -> Iterator[Site]:
    """The wiki that all guides are walked in, one after the other."""
    folder = tmp_path_factory.mktemp(f"guides-{language}") / "instance"
    with starter(folder, language, found_wiki, web_server) as site:
        yield site


@pytest.fixture
def new_starter(
    language: str,
    tmp_path: Path,
    found_wiki: "Callable[[Settings, bool], None]",
    web_server: Callable[[Path], WebServer],
) -> Iterator[Site]:
    """A wiki with the starter content that nobody has used yet."""
    with starter(tmp_path / "instance", language, found_wiki, web_server) as site:
        yield site


@pytest.fixture
def new_site(tmp_path: Path, serve: Callable[..., Any]) -> Site:
    """A wiki that has no administrator yet, at the address that sets it up."""
    server = serve(tmp_path / "instance")
    address = (server.folder / "setup-link").read_text("utf-8").strip()
    return Site(address, None)  # type: ignore[arg-type]


@pytest.fixture
def browse(chromium: Any, language: str) -> Iterator[Open]:
    with browsers(chromium, Site("http://127.0.0.1:", None)) as browse:  # type: ignore[arg-type]
        yield lambda size=None, **options: browse(size or SCREEN, locale=language, **options)


@pytest.fixture(scope="package")
def studio(language: str) -> Studio:
    return Studio(language)
