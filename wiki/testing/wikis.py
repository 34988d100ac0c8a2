"""A wiki in a temporary folder: its pages, its people and its application."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from wiki.testing.texts import neat

if TYPE_CHECKING:
    from flask import Flask

    from wiki.config import Settings
    from wiki.hookspecs.services import Service
    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.plugins import Plugins
    from wiki.reading import Reader

#: the real data that some tests want; it is not ours, so it is never copied into the project
DATA = Path(os.environ.get("WIKI_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
P = ParamSpec("P")
R = TypeVar("R")
PASSWORD = "une phrase assez longue"


@pytest.fixture(autouse=True)
def no_fault_passes_unseen(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A plugin that raises costs readers its own part of a page alone; here it fails the test.

    But for one that is marked ``plugin_faults``: there the fault is what is tried.
    """
    yield
    if request.node.get_closest_marker("plugin_faults") is None:
        faults = [one for one in caplog.get_records("call") if one.name == "wiki.plugins"]
        assert [one.getMessage() for one in faults if one.levelname == "ERROR"] == []


@pytest.fixture
def settings(tmp_path: Path) -> "Settings":
    """The settings of an instance in a temporary folder."""
    from wiki.config import load_settings

    return load_settings(tmp_path / "instance", environ={})


@pytest.fixture
def instance(
    settings: "Settings", found_wiki: "Callable[[Settings, bool], None]"
) -> "Iterator[Instance]":
    """An instance without a page."""
    found_wiki(settings, True)
    with opened(settings) as instance:
        yield instance


@pytest.fixture
def starter(
    settings: "Settings", found_wiki: "Callable[[Settings, bool], None]"
) -> "Iterator[Instance]":
    """An instance with the starter content."""
    found_wiki(settings, False)
    with opened(settings) as instance:
        yield instance


def is_kept(instance: "Instance", ask: "Callable[[Reader], object]") -> bool:
    """Whether what ``ask`` answered a visitor before still stands; if not, it is asked and kept."""
    from wiki.reading import Reader

    made = []

    def work() -> bool:
        made.append(ask(Reader(instance)))
        return True

    with instance.projections.pinned("a test"), instance.private.pinned():
        instance.cache.answer(("a test", ask), work)
    return not made


def provide_in(instance: "Instance", service: "Service[P, R]", function: Callable[P, R]) -> None:
    """Has ``function`` provide ``service``, in place of a plugin that does, for this test."""
    from wiki.plugins import Provider

    instance.plugins.providers[service.name, service.key] = Provider("a test", function)


@contextmanager
def opened(settings: "Settings") -> "Iterator[Instance]":
    """The instance in ``settings.instance``, closed afterwards."""
    from wiki.instance import close_instance, open_instance

    instance = open_instance(settings)
    try:
        yield instance
    finally:
        close_instance(instance)


@pytest.fixture
def write(instance: "Instance") -> Callable[..., str]:
    """``write({file: text, bytes or None}, message=…)``: a commit by hand, past every door."""
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    def write(files: dict[str, str | bytes | None], message: str = "by hand") -> str:
        changes = {
            name: value.encode() if isinstance(value, str) else value
            for name, value in files.items()
        }
        head = instance.repository.head()
        author = Author("Une main", "main@people.invalid")
        return commit(instance.repository, head, changes, author, message)

    return write


@pytest.fixture
def person(instance: "Instance") -> "Callable[..., Person]":
    """``person(name, role="member", page=None)``: an account, with PASSWORD for a password."""
    from wiki.pages.words import slug
    from wiki.people.accounts import add_person, set_page

    def person(name: str, role: str = "member", page: str | None = None) -> "Person":
        made = add_person(
            instance.private,
            email=f"{slug(name)}@example.org",
            name=name,
            role=role,
            password=PASSWORD,
        )
        return set_page(instance.private, made.id, page, by="test") if page else made

    return person


@pytest.fixture
def app(instance: "Instance") -> "Flask":
    """The Flask application of the empty instance."""
    from wiki.app import create_app

    return create_app(instance)


@pytest.fixture
def show(_plugins_found_once: "Callable[[], Plugins]") -> Callable[..., str]:
    """``show(markdown, ask=None, may_edit=True)``: what stands in a page for it, blocks included.

    The page is ``projets/lora``, in French, on 1 March 2027; without a reader to ``ask``, nothing
    is known of other pages.
    """
    from datetime import date
    from zoneinfo import ZoneInfo

    from wiki.instance import template_folders
    from wiki.jinja import environment
    from wiki.pages.document import read_document
    from wiki.rendering.context import RenderContext
    from wiki.rendering.pipeline import render
    from wiki.translation import use_language

    plugins = _plugins_found_once()
    context = RenderContext(
        path="projets/lora",
        views={name: view for group in plugins.hook.block_views() for name, view in group.items()},
        may_edit=True,
        today=date(2027, 3, 1),
        templates=environment(template_folders(plugins), lambda: ZoneInfo("Europe/Paris")),
    )

    def show(markdown: str, ask: "Reader | None" = None, may_edit: bool = True) -> str:
        asked = replace(context, ask=ask, may_edit=may_edit)
        with use_language("fr"):
            return neat(render(read_document(markdown), asked).html)

    return show


@pytest.fixture
def real_data() -> Path:
    """The folder of real data; skips the test where it is not."""
    if not (DATA / "carrefour" / "projects.jsonl").is_file():
        pytest.skip("the real data is not here (it is not ours to ship); set WIKI_TEST_DATA")
    return DATA
