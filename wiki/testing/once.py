"""What each wiki of a test would make anew, made once in a process."""

import gc
import operator
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from wiki.config import Settings
    from wiki.plugins import Plugins


def pytest_configure() -> None:
    """Modules are compiled once, not by each process that a test starts, nor by each run.

    And what libraries wait for is waited for as long as all else: a busy machine takes its time.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Seconds for a mail server of a test to be there: five, if nobody says so.
    os.environ.setdefault("AIOSMTPD_CONTROLLER_TIMEOUT", "60")


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what templates are compiled to, for all processes of a run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "compiled"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True, scope="session")
def templates_compiled_once(compiled_templates: Path) -> Iterator[None]:
    """Each wiki of a test has a folder of its own: without this each would compile all its pages.

    What is kept is what the folder keeps, under the same digest of the template's text.
    """
    from jinja2.bccache import Bucket

    from wiki import jinja

    known: dict[tuple[str, str], Any] = {}
    elsewhere = jinja._Compiled(os.fspath(compiled_templates))

    class Shared(jinja._Compiled):
        def load_bytecode(self, bucket: Bucket) -> None:
            bucket.code = known.get((bucket.key, bucket.checksum))
            if bucket.code is None:
                elsewhere.load_bytecode(bucket)
                known[bucket.key, bucket.checksum] = bucket.code

        def dump_bytecode(self, bucket: Bucket) -> None:
            known[bucket.key, bucket.checksum] = bucket.code
            elsewhere.dump_bytecode(bucket)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja, "_Compiled", Shared)
        yield


def pytest_collection_finish() -> None:
    """Thousands of tests and modules stay to the end: no collection of garbage looks at them.

    Nor as often as usual at the rest: wikis that a test has left are few and soon gone.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True, scope="session")
def no_other_node_writes() -> Iterator[None]:
    """A wiki that is led to a database is alone there: answers are kept without a listener."""
    from wiki.cache.lease import Lease
    from wiki.testing import databases

    heard, of_file = vars(Lease)["holds"].fget, operator.attrgetter("_file")
    with pytest.MonkeyPatch.context() as patch:
        if databases.ASKED:
            alone = property(lambda one: databases.leads(of_file(one).parents[1]) or heard(one))
            patch.setattr(Lease, "holds", alone)
        yield


@pytest.fixture(autouse=True)
def no_database_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Those of a test's own wikis go with it, once all of them are closed."""
    from wiki.testing import databases

    yield
    if databases.ASKED and (folder := getattr(request.node, "funcargs", {}).get("tmp_path")):
        databases.release(folder)


@pytest.fixture(autouse=True, scope="session")
def segments_named_anew() -> Iterator[None]:
    """Hypothesis seeds chance anew for each example, and Whoosh names its files by chance.

    An index that outlives an example would have one file written over another of its name.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("whoosh.codec.base.random_name", lambda size: token_hex(size)[:size])
        yield


@pytest.fixture(autouse=True, scope="session")
def passwords_hashed_lightly() -> "Iterator[PasswordHasher]":
    """A hash in earnest takes a fiftieth of a second, and thousands of accounts are made here.

    Gives what hashes in earnest.
    """
    from argon2 import PasswordHasher

    from wiki.people.accounts import passwords

    earnest = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        yield earnest


@pytest.fixture
def hashed_in_earnest(
    passwords_hashed_lightly: "PasswordHasher", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords are hashed as in a running wiki."""
    from wiki.people.accounts import passwords

    monkeypatch.setattr(passwords, "_hasher", passwords_hashed_lightly)


@pytest.fixture(autouse=True, scope="session")
def _plugins_found_once() -> "Iterator[Callable[[], Plugins]]":
    """An instance that is opened without plugins of a test's own has those of the one before."""
    from wiki import instance, plugins

    once = cache(plugins.load_plugins)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "load_plugins", once)
        yield once


@pytest.fixture(autouse=True)
def _no_plugin_stays(_plugins_found_once: "Callable[[], Plugins]") -> Iterator[None]:
    """What a test registers or provides beside them goes with it."""
    from wiki.plugins import find_providers

    yield
    loaded = _plugins_found_once()
    for name, plugin in loaded.manager.list_name_plugin():
        if plugin is not None and name not in loaded.folders:
            loaded.manager.unregister(plugin)
    loaded.providers.clear()
    loaded.providers.update(find_providers(loaded.manager))


@pytest.fixture(scope="session")
def found_wiki(
    tmp_path_factory: pytest.TempPathFactory,
) -> "Iterator[Callable[[Settings, bool], None]]":
    """``found_wiki(settings, empty)``: as ``found``, from a copy of what it made once.

    What is worked out from the starter content is there too, for all plugins.
    """
    from wiki.config import load_settings
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found
    from wiki.plugins import load_plugins
    from wiki.testing import databases

    # With the tables of plugins too: else each instance would make them when it is opened.
    load_plugins()
    made: dict[bool, Path] = {}
    templates: dict[bool, Settings] = {}

    def found_wiki(settings: "Settings", empty: bool) -> None:
        if settings.database_url:
            found(settings, empty=empty)
            return
        if empty not in made:
            made[empty] = tmp_path_factory.mktemp("founded") / "instance"
            first = load_settings(made[empty], environ={})
            if databases.ASKED:
                first.instance.mkdir(parents=True)
                databases.lead(first, databases.new_database())
            found(first, empty=empty)
            if not empty:
                instance = open_instance(first)
                instance.projections.build(list(instance.projections))
                for name in instance.projections:
                    instance.projections.catch_up(name)
                close_instance(instance)
            templates[empty] = first
        shutil.copytree(
            made[empty],
            settings.instance,
            ignore=shutil.ignore_patterns("wiki.toml"),
            dirs_exist_ok=True,
        )
        if databases.ASKED:
            name = databases.new_database(databases.database_of(templates[empty]))
            databases.lead(settings, name)

    yield found_wiki
    databases.release(Path("/"))
