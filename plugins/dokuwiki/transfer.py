"""One site on its way to the stage: its names, then the states of its pages and files."""

import hashlib
import re
from datetime import UTC, datetime

from wiki.api.errors import BadRequest, TooLarge
from wiki.api.imports import ImportProgress, Stage
from wiki.api.imports.files import BundledFile
from wiki.api.imports.records import headed
from wiki.api.translation import gettext as _

from .access import PUBLIC, Access
from .changes import MINOR, Change, read_changes
from .folder import FILE, Damaged, Folder
from .metadata import read_metadata
from .permissions import Permissions
from .settings import Settings
from .site import Names
from .states import State, story_of
from .syntax.headings import first_heading
from .syntax.macros import redirected
from .syntax.pages import Converted, convert
from .tables import Tables, read_tables

#: pages that come with the program
_OWN = frozenset({"wiki:syntax", "wiki:dokuwiki", "wiki:welcome", "playground:playground"})
_WORD = re.compile(r"[^\s\[\]]+")


class Transfer:
    """``readers``: who reads it where its own rules did not come along."""

    def __init__(self, folder: Folder, settings: Settings, stage: Stage, readers: str) -> None:
        self._folder, self._settings, self._stage = folder, settings, stage
        self._names = Names(settings, stage.places)
        self._tables = Tables()
        access = None
        if settings.rules is not None and settings.values.get("useacl") != "0":
            access = Access(settings.rules, settings.values.get("defaultgroup") or "user")
        if settings.rules is None and settings.values.get("useacl") == "0":
            readers = PUBLIC
        self._permissions = Permissions(self._names, stage, access, readers)
        self._told: set[tuple[str, str, str]] = set()
        self._spaces: set[str] = set()

    def run(self, progress: ImportProgress) -> None:
        """Puts all of it on the stage."""
        self._survey()
        self._permissions.tell()
        first = self._settings.start
        pages = sorted(self._folder.pages, key=lambda id: (id != first, id.count(":"), id))
        total = len(pages) + len(self._folder.media)
        for done, id in enumerate(pages):
            self._page(id)
            progress(done, total)
        for done, id in enumerate(self._folder.media, len(pages)):
            self._file(id)
            progress(done, total)
        self._redirects()
        self._permissions.tell_closed()

    def _lose(self, what: str, where: str, detail: str = "") -> None:
        """Tells a loss once."""
        if (what, where, detail) not in self._told:
            self._told.add((what, where, detail))
            self._stage.loss(what, where, detail)

    # Names

    def _survey(self) -> None:
        folder, names = self._folder, self._names
        for name in folder.others:
            self._lose(_("Another wiki in the same folder: import it on its own"), name)
        start = f"{folder.root}/" if folder.root else ""
        for name in folder.bundle.refused:
            if name.startswith(start) or ".." in name.split("/"):
                self._lose(_("A link of the file system, or a name that leads out"), name)
        for name in folder.templates:
            self._lose(_("A template of new pages"), name)
        for id in _OWN & folder.pages.keys():
            if id not in folder.changes:
                del folder.pages[id]
                self._lose(_("A page that comes with DokuWiki"), id)
        names.settle(folder.pages, folder.media)
        self._spaces = set(names.spaces.values())
        for id in names.doubled:
            what = _("A page beside the first page of its namespace: its address has a number")
            self._lose(what, id, names.pages[id])
        for id, item in folder.pages.items():
            text = self._text(item, id) or ""
            if (to := redirected(text)) is not None:
                names.redirects[id] = to
            names.titles[id] = first_heading(text)
        if folder.tables is not None:
            try:
                self._tables = read_tables(folder.bundle.read(folder.tables, FILE))
            except (ValueError, TooLarge):
                self._lose(_("Tables of the plugin struct that cannot be read"), folder.tables.name)

    def _text(self, item: BundledFile, where: str) -> str | None:
        """The text of a file; None, and told, where it cannot be read."""
        try:
            text, guessed = self._folder.text(item)
        except Damaged:
            self._lose(_("A state that is damaged or was cut"), where, item.name)
            return None
        except TooLarge as error:
            self._lose(_("A text that is too large"), where, error.words)
            return None
        if guessed:
            self._lose(_("A text in another encoding, which was guessed"), where, guessed)
        return text

    def _changes(self, item: BundledFile | None, where: str) -> list[Change]:
        if item is None:
            return []
        changes, faulty = read_changes(self._text(item, where) or "")
        for line in faulty[:3]:
            self._stage.loss(_("A line of the list of changes that is none"), f"{item.name}:{line}")
        return changes

    # Pages

    def _page(self, id: str) -> None:
        if id in self._names.redirects:
            return
        folder, names = self._folder, self._names
        path = names.pages[id]
        changes = self._changes(folder.changes.get(id), id)
        story = story_of(folder.pages[id], folder.states.get(id, {}), changes)
        if story.missing:
            what = _("Former states whose texts are no longer there")
            self._lose(what, id, str(story.missing))
        if id in folder.comments:
            self._lose(_("A discussion of a plugin"), id)
        for change in changes:
            if change.id and change.id != id and change.id not in folder.pages:
                self._former(change.id, path)
        known = self._metadata(id)
        states = list(story.states)
        if len(states) > 1 and states[-1].time is None and self._are_same(*states[-2:]):
            del states[-1]  # it is what the last change left
        for number, state in enumerate(states, 1):
            text = self._text(state.item, id)
            if text is None:
                continue
            made = convert(text, names, id)
            if last := number == len(states):
                for loss in made.losses:
                    where = f"{id}:{loss.line}" if loss.line else id
                    self._stage.loss(loss.what, where, loss.detail)
            self._state(id, path, state, text, made, str(known.get("title") or "") if last else "")
        self._permissions.restrict_page(id)

    def _are_same(self, one: State, other: State) -> bool:
        try:
            return self._folder.text(one.item)[0] == self._folder.text(other.item)[0]
        except (Damaged, TooLarge):
            return False

    def _metadata(self, id: str) -> dict[str, object]:
        item = self._folder.metadata.get(id)
        if item is None:
            return {}
        try:
            return dict(read_metadata(self._folder.bundle.read(item, FILE)))
        except TooLarge:
            return {}

    def _state(
        self, id: str, path: str, state: State, text: str, made: Converted, title: str
    ) -> None:
        when = _moment(state.time) or state.item.when
        kind, fields = self._tables.of(id, state.time)
        box = {**fields, **made.fields, "": made.kind or kind}
        whole = headed(
            made.body,
            made.title or title or self._shown(id),
            made.themes,
            box,
            when.date().isoformat() if when else "",
            closed=self._permissions.is_closed(id),
        )
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        author, mail, message = self._told_by(state.change)
        self._stage.revision(
            path,
            whole,
            key=f"{id}@{state.time or ''}:{digest}",
            author=author,
            mail=mail,
            when=when,
            message=message,
            space=path in self._spaces,
        )

    def _told_by(self, change: Change | None) -> tuple[str, str, str]:
        """The name and the mail of who made a change, and what they said."""
        if change is None:
            return "", "", ""
        said = change.summary
        if change.kind == MINOR:
            said = f"{said} ({_('minor')})" if said else _("A minor change")
        if not change.user:
            return _("A visitor"), "", said
        known = self._settings.authors.get(change.user)
        return (known.name, known.mail, said) if known else (change.user, "", said)

    def _shown(self, id: str) -> str:
        """A title for a page that says none: its name, or that of its namespace."""
        space, _colon, name = id.rpartition(":")
        if name == self._settings.start and space:
            name = space.rpartition(":")[2]
        words = name.replace("_", " ").strip() or id
        return words[:1].upper() + words[1:]

    # Files

    def _file(self, id: str) -> None:
        folder, place = self._folder, self._names.files[id]
        changes = self._changes(folder.file_changes.get(id), id)
        story = story_of(folder.media[id], folder.file_states.get(id, {}), changes)
        if story.missing:
            what = _("Former states of a file that are no longer there")
            self._lose(what, id, str(story.missing))
        for state in story.states:
            try:
                data = folder.bundle.read(state.item, FILE)
            except (TooLarge, BadRequest) as error:
                self._lose(_("A file that could not be read"), id, error.words)
                continue
            author, mail, message = self._told_by(state.change)
            self._stage.file(
                place,
                data,
                key=f"file:{id}@{state.time or ''}:{hashlib.sha256(data).hexdigest()[:16]}",
                author=author,
                mail=mail,
                when=_moment(state.time) or state.item.when,
                message=message,
            )
        self._permissions.restrict_files(id)

    # Old addresses

    def _redirects(self) -> None:
        names, folder = self._names, self._folder
        for id, to in names.redirects.items():
            target = names.find(to.partition("#")[0], id)
            if target in names.pages:
                self._stage.redirect(names.pages[id], names.pages[target])
            else:
                self._lose(_("A page that leads elsewhere, or nowhere"), id, to)
        for id, item in folder.changes.items():
            if id in folder.pages or id in _OWN:
                continue
            changes = self._changes(item, id)
            now = self._moved_to(id, changes[-1]) if changes else None
            if now is not None:
                self._former(id, names.pages[now])
            elif changes:
                said = changes[-1].summary
                self._lose(_("A page that was deleted there: it does not come"), id, said)

    def _moved_to(self, id: str, change: Change) -> str | None:
        """Where a page went, whose last change names itself and a page that is there."""
        words = [word.strip(".,;:«»“”\"'()") for word in _WORD.findall(change.summary)]
        if id not in words:
            return None
        return next((word for word in reversed(words) if word in self._names.pages), None)

    def _former(self, id: str, path: str) -> None:
        """An address that a page had before it was moved."""
        self._stage.redirect(self._names.address_of(id), path)


def _moment(time: int | None) -> datetime | None:
    return None if time is None else datetime.fromtimestamp(time, UTC)
