"""One running wiki as a value: its parts, joined here and nowhere else, and no verbs.

What one does with an instance are functions and the two doors, ``reading`` and ``editing``.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from jinja2 import Environment

from wiki.cache.days import Days
from wiki.cache.lease import Lease, versions_of
from wiki.cache.pulse import Pulse
from wiki.cache.store import Cache
from wiki.config import Settings
from wiki.config.look import Look
from wiki.disk.places import make_folder
from wiki.errors import BadSetting, RowsNewer, RowsUnreachable, StorageFailed
from wiki.files.objects import Objects, objects_of
from wiki.jinja import environment
from wiki.mailer import Mailer
from wiki.pages.document import keep_documents
from wiki.pages.head.facts import FactKey
from wiki.parts.closures import Closures
from wiki.parts.freshness import Freshness
from wiki.parts.identity import check_parts, database_url, mark_parts, read_key
from wiki.parts.node import News, node_name, share, take_turns
from wiki.parts.releases import newer_words
from wiki.parts.settings import SettingsInForce
from wiki.parts.sister_copies import SisterCopies
from wiki.people.copies import read_copy
from wiki.people.limits.frequent import Rates
from wiki.people.store.database import Database
from wiki.people.store.engine import time_statements
from wiki.people.store.times import Times
from wiki.plugins import Plugins, load_plugins
from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.cataloguing.facts import FactsOf
from wiki.projections.changes import Changes
from wiki.projections.interface import Projection
from wiki.projections.links import Links
from wiki.projections.public import Public
from wiki.projections.search import SearchProjection
from wiki.projections.searching.spacefacts import CatalogueFacts
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.projections.vectors import VectorPlaces
from wiki.projections.versions import PageVersions
from wiki.rendering.context import BlockView
from wiki.repository.proposals import Proposed
from wiki.repository.repository import Repository
from wiki.resources import bundled
from wiki.task_queue import close_queues
from wiki.telemetry.counters import Counters
from wiki.translation import set_operators

if TYPE_CHECKING:
    from wiki.people.store.replica import Replica

#: What a process keeps beside its answers, in one budget with them: a fourth of it in bytes of
#: git's objects, and texts that were read, of which each letter takes some fifty bytes. A share of
#: it is for pages of sisters.
_OBJECTS, _DOCUMENTS, _COPIES = 4, 120, 8

Part = TypeVar("Part")


class _Followed(Generic[Part]):
    """A part that may be another one while the instance is open: given itself, or what gives it."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, _owner: object = None) -> Part:
        if instance is None:
            raise AttributeError(self._name)  # a dataclass asks: the field has no default
        part = instance.__dict__[self._name]
        return cast(Part, part() if callable(part) else part)

    def __set__(self, instance: Any, part: Part | Callable[[], Part]) -> None:
        instance.__dict__[self._name] = part


@dataclass(frozen=True)
class Instance:
    """The parts of one running wiki."""

    secret: bytes
    repository: Repository
    proposed: Proposed
    private: Database
    #: what reads of projections are asked of, beside the server that has them
    replica: "Replica | None"
    projections: Projections
    #: what texts mean, for plugins
    vectors: VectorPlaces
    #: copies of other sites
    copies: SisterCopies
    plugins: Plugins
    templates: Environment
    views: Mapping[str, BlockView]
    fact_keys: Mapping[str, FactKey]
    cache: Cache
    pulse: Pulse
    #: what is asked whether pages are as other nodes have them; None where there is one node
    fresh: Freshness | None
    rates: Rates
    counters: Counters
    #: large attachments, where they are not in git
    objects: Objects | None
    #: what administrators chose, over what the wiki was started with
    in_force: SettingsInForce
    #: the values in force at this moment, and who sends mails by them
    settings: _Followed[Settings] = _Followed()
    look: _Followed[Look] = _Followed()
    mailer: _Followed[Mailer] = _Followed()


def open_instance(
    settings: Settings, plugins: Plugins | None = None, *, for_readers: bool = False
) -> Instance:
    """Joins the parts of the instance in ``settings.instance``.

    Raises StorageFailed where one is missing, damaged or of another instance. ``for_readers``: not
    where the server of private rows does not answer; who needs them is refused until it does.
    """
    plugins = plugins or load_plugins()
    set_operators(settings.translations, settings.lang)
    folder = settings.instance
    identity = check_parts(settings)
    with suppress(OSError):  # a disk that takes no writing
        make_folder(folder / "index")
    counters = Counters()
    repository = Repository.open(
        folder / "content.git", folder / "lock", settings.answer_cache // _OBJECTS
    )
    share(settings, repository)
    if repository.shared is not None:
        repository.shared.counted = counters.count_push
    keep_documents(settings.answer_cache // _DOCUMENTS)
    url = database_url(settings)
    # Only on a server can other machines have the same rows.
    lease = None if url.startswith("sqlite") else Lease(folder / "index" / "lease")
    pulse = Pulse(folder / "index" / "pulse", lease)
    versions = versions_of(folder / "index" / "versions", pulse.beat, lease)
    whose = identity.id if identity else ""
    private = Database(url, versions=versions, instance=whose, threads=settings.threads)
    if settings.slow_query_milliseconds:
        time_statements(private.engine)
    try:
        private.migrate()
    except RowsNewer as error:
        raise RowsNewer(newer_words(folder)) from error
    except RowsUnreachable:
        if not for_readers or identity is None:
            raise
    identity = identity or mark_parts(folder, private)
    if lease is not None:
        private.join(identity.id, lease)
    keys = _fact_keys(plugins)
    secret = read_key(folder)
    replica = replica_of(settings, counters)
    stores = stores_of(settings, private, replica)
    projections = projections_of(folder, repository, plugins, stores)
    take_turns(repository, private)
    closures = Closures(repository, projections, private.nodes)
    repository.write_lock.changed = partial(_tell_moved, repository, pulse, private, closures)
    in_force = SettingsInForce(settings, repository, private, secret, lambda: pulse.number)
    private.times = lambda: Times.of(in_force.now())
    days = Days(lambda: private.now(), lambda: in_force.now().zone)
    return Instance(
        in_force=in_force,
        settings=in_force.now,
        look=lambda: in_force.look.look,
        secret=secret,
        repository=repository,
        proposed=Proposed(folder / "proposals.git", repository),
        private=private,
        replica=replica,
        projections=projections,
        vectors=VectorPlaces(folder / "index", stores),
        copies=SisterCopies(
            folder / "index" / "sisters",
            lambda: (part for part in _parts(plugins, keys) if part.name != Public.name),
            lambda worked_out: Cache(
                PageVersions(worked_out), (versions, days), settings.answer_cache // _COPIES
            ),
            stores,
        ),
        plugins=plugins,
        templates=environment(
            template_folders(plugins),
            lambda: in_force.now().zone,
            folder / "index" / "templates",
        ),
        mailer=_mailer_by(in_force),
        views={name: view for group in plugins.hook.block_views() for name, view in group.items()},
        fact_keys={key.key: key for key in keys},
        cache=Cache(
            PageVersions(projections, settings.edit_delay),
            (versions, days),
            settings.answer_cache,
            counters.count_lost,
        ),
        pulse=pulse,
        fresh=Freshness(repository.shared, lease) if repository.shared and lease else None,
        rates=_rates_of(private, folder / "index" / "rates", secret),
        counters=counters,
        objects=objects_of(settings, identity.id, partial(read_copy, private)),
    )


def close_instance(instance: Instance) -> None:
    """Lets go of git processes, files and connections; what is asked for later opens them again.

    Whoever is forked from a process in which it is closed shares nothing with it but memory.
    """
    close_queues(instance.settings)
    instance.projections.close()
    instance.copies.close()
    instance.rates.close()
    instance.proposed.close()
    instance.repository.close()
    instance.private.close()
    if instance.private.versions is not None:
        instance.private.versions.close()
    instance.pulse.close()


def watch_changes(instance: Instance, ended: Event | None = None) -> Thread:
    """Has this process know at once of what it is told, and soon of all else that changes."""

    def look() -> Hashable:
        try:
            seen = instance.cache.follow()
            # Where what others changed is not known (the lease), there is nothing to go by.
            return None if None in seen[2:] else seen
        except StorageFailed:  # a damaged branch is told to whoever reads
            return object()

    return instance.pulse.watch(look, ended)


def listen_to_nodes(
    instance: Instance,
    ended: Callable[[], object],
    news: News | None = None,
) -> None:
    """Hears what other nodes tell, for all processes of this one, until ``ended`` says so.

    ``news`` bring what they saved.
    """
    from wiki.people.store.listener import Listener

    nodes, versions = instance.private.nodes, instance.private.versions
    if nodes is not None and versions is not None:
        url, head = database_url(instance.in_force.given), instance.repository.head
        called = node_name(instance.in_force.given)
        Listener(url, nodes, versions, instance.pulse, head, news, called).run(ended)


def _rates_of(private: Database, file: Path, secret: bytes) -> Rates:
    if private.nodes is None:
        return Rates(file, secret)
    from wiki.people.limits.rates_table import SharedRates

    return SharedRates(private, file, secret)


def _tell_moved(
    repository: Repository, pulse: Pulse, private: Database, closures: Closures
) -> None:
    """Tells processes at once, and other nodes, of a save, once no other writer waits for it."""
    pulse.beat()
    if private.nodes is not None and not repository.write_lock.is_mine:
        shared = repository.shared
        if closures.confirm() and shared is not None:
            with suppress(StorageFailed):
                head = repository.head()
                private.nodes.tell_head(head, shared.steps.letter(head))


def _mailer_by(in_force: SettingsInForce) -> Callable[[], Mailer]:
    """Gives the mailer of the settings in force. Raises BadSetting for those of the start."""
    first = Mailer(in_force.given)

    @lru_cache(maxsize=4)
    def made(settings: Settings) -> Mailer:
        try:
            return Mailer(settings)
        except BadSetting:
            return first

    return lambda: made(in_force.now())


def replica_of(settings: Settings, counters: Counters) -> "Replica | None":
    """The replica that ``settings`` name, if any."""
    if not (url := settings.database_replica_url):
        return None
    from wiki.people.store.replica import Replica

    return Replica(url, counters.count_read)


def stores_of(settings: Settings, private: Database, replica: "Replica | None" = None) -> Stores:
    """Where rows are kept that are worked out from git: in files, or beside private rows."""
    if settings.index == "files":
        return FileTables
    from wiki.projections.tables.schemas import Schemas  # and the driver of PostgreSQL

    return Schemas(private, replica)


def projections_of(
    folder: Path, repository: Repository, plugins: Plugins, stores: Stores
) -> Projections:
    """What is worked out from ``repository`` in the instance's ``folder``, or in ``stores``."""
    parts = _parts(plugins, _fact_keys(plugins))
    return Projections(repository, folder / "index", parts, stores=stores)


def _fact_keys(plugins: Plugins) -> list[FactKey]:
    return [key for group in plugins.hook.fact_keys() for key in group]


def _parts(plugins: Plugins, keys: Sequence[FactKey]) -> Iterator[Projection]:
    """The projections of the core, then those of plugins."""
    hooks = plugins.hook.page_facts.get_hookimpls()
    edition = " ".join(sorted(hook.plugin_name for hook in hooks))
    catalogue = Catalogue([cast(FactsOf, hook.function) for hook in hooks], keys, edition)
    yield Changes()
    yield Links()
    yield catalogue
    facets = ("theme", "territory", "presented", *(key.key for key in keys if key.facet))
    yield SearchProjection(CatalogueFacts(catalogue, facets))
    yield Public()
    for group in plugins.hook.projections():
        yield from group


def template_folders(plugins: Plugins) -> list[Path]:
    """The core's templates first, then each plugin's, in a folder of the plugin's name."""
    return [bundled("templates"), *(folder for _, folder in plugins.subfolders("templates"))]
