"""What can be followed: the site, its series, its themes; those that everybody may read."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select as sql
from sqlalchemy import update
from sqlalchemy.orm import Session

from wiki.api.paths import action_url, page_url, slug
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, count_facets, find_rows, get_row, iterate_rows, select
from wiki.api.tables import birth_name

from .addresses import addresses_of
from .models import ActorRow
from .subjects import Subject
from .switch import LOCK, is_on

SITE, PAGE, THEME = "site", "page", "theme"
#: pages of this type are programmes: series of events
SERIES = "carrefour"
HOME = "index"
#: themes that can be followed, those of most pages first
MOST_THEMES = 500
_LONGEST = 40


@dataclass(frozen=True)
class Actor:
    """An actor as it is now: ``title`` and ``words`` say what it is, ``url`` is its page."""

    row: ActorRow
    title: str
    words: str
    url: str
    image: str = ""


@dataclass(frozen=True)
class _Wanted:
    kind: str
    path: str
    word: str
    called: str


def update_actors(instance: Instance) -> list[str]:
    """Adds what can be followed by now; the names of those that cannot be followed any more."""
    visitor = Reader(instance)
    wanted = list(_wanted(visitor))
    with instance.private.session(LOCK) as session:
        rows = list(session.scalars(sql(ActorRow).order_by(ActorRow.created, ActorRow.name)))
        known = {(one.kind, one.path or one.word): one for one in rows if _is_still(instance, one)}
        names = {one.name for one in rows}
        live: set[str] = set()
        for one in wanted:
            row = known.get((one.kind, one.path or one.word))
            if row is None:
                row = _add(instance, session, one, names)
            row.live = True
            live.add(row.name)
        ended = [one for one in rows if one.live and one.name not in live]
        return [one.name for one in ended]


def end_actor(session: Session, name: str) -> None:
    """Has it be there no more, until everybody may read it again."""
    session.execute(update(ActorRow).where(ActorRow.name == name).values(live=False))


def find_actor(instance: Instance, name: str) -> Actor | None:
    """The actor of that name, if everybody may read it at this moment."""
    row = instance.private.find_row(ActorRow, name)
    return None if row is None else actor_of(Reader(instance), row)


def actor_of(visitor: Reader, row: ActorRow) -> Actor | None:
    """What the row stands for, as everybody reads it; None where nobody may know of it."""
    settings = visitor.instance.settings
    if not row.live:
        return None
    if row.kind == THEME:
        found = find_rows(visitor, select(values={"theme": (row.word,)}), limit=1).rows
        label = _label(found, row.word)
        url = settings.public_url + action_url("themes", row.word)
        return None if label is None else Actor(row, label, settings.site_name, url)
    path = HOME if row.kind == SITE else row.path
    page = get_row(visitor, path) if path else None
    if row.kind == SITE:
        words = page.summary if page is not None else ""
        return Actor(row, settings.site_name, words, f"{settings.public_url}/")
    if page is None or page.type != SERIES or not _is_still(visitor.instance, row):
        return None
    url = settings.public_url + page_url(page.path)
    return Actor(row, page.title, page.summary, url, _picture(page))


def live_actors(instance: Instance) -> list[ActorRow]:
    """The rows of those that can be followed, the site first."""
    order = (ActorRow.kind != SITE, ActorRow.kind, ActorRow.name)
    return instance.private.list_rows(sql(ActorRow).where(ActorRow.live).order_by(*order))


def site_name(instance: Instance) -> str:
    """The name of the actor that is the site; "" where it was never turned on."""
    return instance.private.find_value(sql(ActorRow.name).where(ActorRow.kind == SITE)) or ""


def handle_of(instance: Instance, kind: str, value: str) -> str:
    """By which something is followed: see ``follow_handle``."""
    if not is_on(instance):
        return ""
    private = instance.private
    names = private.remembered("fediverse actors", lambda: _names(live_actors(instance)))
    wanted = (SITE, "") if (kind, value) == (PAGE, HOME) else (kind, value)
    name = names.get(wanted, "")
    return addresses_of(instance).handle(name) if name else ""


def sharers_of(rows: list[ActorRow], subject: Subject) -> list[str]:
    """The names of those that pass on what is about ``subject``: series and themes."""
    themes = {slug(one) for one in subject.themes}
    return [
        row.name
        for row in rows
        if (row.kind == THEME and row.word in themes)
        or (row.kind == PAGE and any(_is_below(one, row.path) for one in subject.spaces))
    ]


def _names(rows: list[ActorRow]) -> dict[tuple[str, str], str]:
    return {(row.kind, row.path or row.word): row.name for row in rows}


def _is_below(path: str, above: str) -> bool:
    return bool(above) and f"{path}/".startswith(f"{above}/")


def _is_still(instance: Instance, row: ActorRow) -> bool:
    return row.born is None or birth_name(instance, row.path) == row.born


def _wanted(visitor: Reader) -> Iterator[_Wanted]:
    yield _Wanted(SITE, "", "", visitor.instance.settings.site_name)
    for page in iterate_rows(visitor, select(types=(SERIES,))):
        yield _Wanted(PAGE, page.path, "", page.path.rpartition("/")[2])
    for one in count_facets(visitor, ("theme",), limit=MOST_THEMES)["theme"]:
        if one.slug and len(one.slug) <= 200:
            yield _Wanted(THEME, "", one.slug, one.slug)


def _add(instance: Instance, session: Session, one: _Wanted, names: set[str]) -> ActorRow:
    plain = slug(one.called).replace("-", "_")[:_LONGEST].strip("_") or one.kind
    name, count = plain, 1
    while name in names:
        count += 1
        name = f"{plain}_{count}"
    names.add(name)
    row = ActorRow(
        name=name,
        kind=one.kind,
        path=one.path,
        born=birth_name(instance, one.path) if one.path else None,
        word=one.word,
        created=instance.private.now(),
        live=True,
    )
    session.add(row)
    return row


def _label(found: tuple[PageRow, ...], word: str) -> str | None:
    """A theme as somebody wrote it."""
    if not found:
        return None
    return next((one for one in found[0].facts.get("theme", ()) if slug(one) == word), word)


def _picture(page: PageRow) -> str:
    return "" if not page.image or "://" in page.image else page.image
