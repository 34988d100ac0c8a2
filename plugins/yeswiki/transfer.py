"""All that was read of a YesWiki, put on the stage: pages, entries, files, and who reads what.

First what each page is, so that links find it; then each state of each page, in the order of time.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from wiki.api.errors import TooLarge
from wiki.api.imports import ImportProgress, Stage
from wiki.api.imports.dialects import Losses
from wiki.api.imports.markdown import at_line_starts, escaped
from wiki.api.meaning import fold
from wiki.api.pages import edit_head
from wiki.api.translation import gettext as _

from .access import MEMBERS, PUBLIC, TEAM, Readers, as_readers, read_list, strictest, who_edits
from .bazar.entries import entry_text, left_out, title_of
from .bazar.forms import Form, list_of
from .bazar.kinds import KINDS, NOTHING, PAGE, PUBLISHED, contact_name, guess_kind, kind_name
from .discussions import Discussions
from .export import Export
from .records import ENTRY, LIST, Known, State, Told, author_of
from .site import LEFT_OUT, EntryPage, OldSite, words_of
from .syntax.pages import Converted, convert, html_page
from .uploads import Uploads

_MOST_LISTED = 2_000
#: bytes of a file that are read: the stage says what is too long for an attachment
_MOST_FILE = 300_000_000


class Transfer:
    """One site on its way; ``everybody`` is the list of who reads a page that says nothing."""

    def __init__(
        self,
        export: Export,
        told: Told,
        forms: Sequence[Form],
        stage: Stage,
        answers: Mapping[str, str],
        everybody: str,
        progress: ImportProgress,
    ) -> None:
        self._export, self._told, self._stage, self._progress = export, told, stage, progress
        self._records = told.records
        self._forms = {form.id: (form, _kind(form, answers)) for form in forms}
        self._published = {
            form.id for form in forms if answers.get(contact_name(form.id)) == PUBLISHED
        }
        self._everybody = everybody
        uploads = Uploads(export.uploads, (one.tag for one in self._records.pages.values()))
        base = export.settings.get("base_url", "")
        self._site = OldSite(self._records, stage.places, self._forms, uploads, base)
        self._comments: dict[str, list[str]] = {}
        self._pages: list[Known] = []
        self._seen_by: dict[str, Readers] = {}
        self._titles: dict[str, str] = {}

    def run(self) -> None:
        """Puts all of it on the stage."""
        self._survey()
        home = self._export.settings.get("root_page", "PagePrincipale")
        self._site.settle((known.tag for known in self._pages), home)
        done, total = 0, sum(known.states for known in self._pages)
        for known in self._pages:
            self._page(known)
            done += known.states
            self._progress(done, total)
        self._tell_fields()
        self._lists_of_entries()
        Discussions(self._told, self._site, self._stage, self._comments).stage(self._titles)
        for known in self._pages:
            self._restrict(known)
        self._files()
        for name, members in self._records.groups.items():
            self._stage.loss(_("A group: make it here, who was in it"), name, ", ".join(members))

    # What there is

    def _survey(self) -> None:
        """Finds out what each page is: a text, an entry, a list, a comment."""
        for known in list(self._records.pages.values()):
            last = self._told.last(known) if known.states else None
            if last is None:
                continue
            if not last.latest:
                self._stage.loss(_("A page that was deleted there"), known.tag)
            elif known.on:
                self._comments.setdefault(fold(known.on), []).append(known.tag)
            elif known.kind == LIST or last.body.startswith('{"titre_liste"'):
                self._site.lists[known.tag] = list_of(last.body)
            elif (entry := _entry_of(last.body, known)) is not None:
                self._entry_found(known, entry)
            elif known.kind == ENTRY:
                self._stage.loss(_("An entry that cannot be read"), known.tag, last.body[:200])
            elif fold(known.tag) in LEFT_OUT:
                self._stage.loss(_("A page for the software alone"), known.tag)
            else:
                self._pages.append(known)

    def _entry_found(self, known: Known, entry: Mapping[str, Any]) -> None:
        form = str(entry.get("id_typeannonce") or "")
        if form not in self._forms:
            unknown = Form(form, "")
            self._forms[form] = (unknown, PAGE)
            self._stage.loss(_("A form of which the fields are not known"), form, known.tag)
        kind = self._forms[form][1]
        if kind == NOTHING:
            return
        known.kind = ENTRY
        self._pages.append(known)
        self._site.entries[fold(known.tag)] = EntryPage(form, title_of(entry, kind))
        account = entry.get("nomwiki")
        if kind == "person" and isinstance(account, str) and account:
            self._site.accounts[account] = known.tag

    # Pages

    def _page(self, known: Known) -> None:
        path = self._site.path(known.tag)
        last = self._told.last(known)
        if known.tag in self._records.odd:
            self._stage.loss(
                _("A text in another encoding, or in two: look at its accents"), known.tag
            )
        for state in self._told.states(known.tag):
            newest = last is not None and state.key == last.key
            entry = _entry_of(state.body, known) if known.kind == ENTRY else None
            if entry is not None:
                text = self._entry(known, state, entry, newest=newest)
            elif known.kind == ENTRY:
                continue
            else:
                text = self._text(known, state, path, newest=newest)
            if text is not None:
                self._put(path, text, state)

    def _put(self, path: str, text: str, state: State) -> None:
        self._stage.revision(
            path,
            text,
            key=state.key,
            author=author_of(state.author),
            mail=self._records.mails.get(state.author, ""),
            when=state.when,
        )

    def _text(self, known: Known, state: State, path: str, *, newest: bool) -> str | None:
        made = convert(state.body, self._site, known.tag)
        if newest:
            self._lose(known.tag, state.body, made)
            if made.redirect:
                target = self._site.target(made.redirect)
                if target.kind == "page" and target.there:
                    self._stage.redirect(path, target.to)
                    return None
            if not made.body and not made.title:
                self._stage.loss(_("A page that holds nothing but actions"), known.tag)
        if not made.body and not made.title:
            return None
        title = known.title or made.title or words_of(known.tag)
        self._titles[known.tag] = title
        head: dict[str, object] = {"title": title[:200]}
        if known.themes:
            head["themes"] = known.themes
        written = edit_head("", head)
        return f"{written}\n{made.body}\n" if made.body else written

    def _lose(self, tag: str, text: str, made: Converted) -> None:
        for loss in made.losses:
            self._stage.loss(loss.what, tag, loss.detail, text)
        if made.readers:
            self._seen_by[tag] = strictest(read_list(one) for one in made.readers)

    def _entry(
        self, known: Known, state: State, entry: Mapping[str, Any], *, newest: bool
    ) -> str | None:
        place = self._site.entries[fold(known.tag)]
        form, kind = self._forms[place.form]
        losses = Losses(500, 300)
        around = _Around(self._site, known.tag)
        day = state.when.date().isoformat() if state.when else ""
        entry = {**entry, "id_fiche": known.tag}
        if known.themes and "bf_tags" not in entry:
            entry["bf_tags"] = ",".join(known.themes)
        text = entry_text(
            *(entry, form, kind, around, losses, day),
            published=form.id in self._published,
            editors=who_edits(known.write or self._export.settings.get("default_write_acl")),
        )
        if newest:
            self._titles[known.tag] = place.title
            for loss in losses.found.values():
                self._stage.loss(loss.what, known.tag, loss.detail)
            if str(entry.get("statut_fiche") or "1") == "0":
                self._seen_by[known.tag] = Readers(TEAM)
        return text

    def _tell_fields(self) -> None:
        """What stays behind of each form that has entries."""
        for id in dict.fromkeys(place.form for place in self._site.entries.values()):
            form, kind = self._forms[id]
            for what, label in left_out(form, kind, published=id in self._published):
                self._stage.loss(what, form.label or id, label)

    def _lists_of_entries(self) -> None:
        """A page for each form whose entries are pages of no kind: it leads to them."""
        by_form: dict[str, list[tuple[str, str]]] = {}
        for known in self._pages:
            place = self._site.entries.get(fold(known.tag))
            if place is not None and not KINDS[self._forms[place.form][1]][1]:
                path = self._site.path(known.tag)
                by_form.setdefault(place.form, []).append((fold(place.title), path))
        for form, found in by_form.items():
            path = self._site.folder(form)
            label = self._forms[form][0].label or _("Entries")
            lines = "\n".join(f"- [[{to}]]" for _title, to in sorted(found)[:_MOST_LISTED])
            if len(found) > _MOST_LISTED:
                self._stage.loss(_("A list that is longer than a page"), path, str(len(found)))
            head = edit_head("", {"title": label})
            digest = hashlib.sha256(lines.encode()).hexdigest()[:16]
            self._stage.revision(
                path, f"{head}\n{lines}\n", key=f"form-{form}@{digest}", space=True
            )

    # Who reads

    def _restrict(self, known: Known) -> None:
        path = self._site.path(known.tag)
        said = known.read if known.read is not None else self._everybody
        found = strictest([read_list(said), self._seen_by.get(known.tag, Readers())])
        if found.level == PUBLIC:
            return
        if found.level == MEMBERS:
            self._stage.restrict(path, MEMBERS)
            return
        readers, unknown = as_readers(found, known.owner, self._person)
        self._stage.restrict(path, TEAM, readers)
        if unknown:
            what = _("Readers who have no page here: the page is for the administration")
            self._stage.loss(what, known.tag, ", ".join(unknown))

    def _person(self, account: str) -> str:
        tag = self._site.accounts.get(account, "")
        return self._site.path(tag) if tag else ""

    # Files

    def _files(self) -> None:
        for name in self._export.bundle.refused:
            self._stage.loss(_("A link of the file system, or a name that leads out"), name)
        uploads, old = self._site.uploads, set(self._site.uploads.old)
        for name, upload in uploads.all.items():
            if name in old and name not in self._site.files:
                self._stage.loss(_("A former state of a file"), name)
                continue
            owner = self._records.find(upload.tag)
            if (
                owner is not None
                and not self._site.path(owner.tag)
                and name not in self._site.files
            ):
                self._stage.loss(_("A file of a page that did not come"), name)
                continue
            place = self._site.file_place(upload, "")
            try:
                data = self._export.bundle.read(self._export.uploads[name], _MOST_FILE)
            except TooLarge as error:
                self._stage.loss(_("A file that is too large"), name, error.words)
                continue
            digest = hashlib.sha256(data).hexdigest()[:16]
            when = self._told.moment(upload.sent) if upload.sent else None
            self._stage.file(place, data, key=f"{name}:{digest}", when=when)


class _Around:
    """What an entry is read against. See ``bazar.entries.Around``."""

    def __init__(self, site: OldSite, tag: str) -> None:
        self._site, self._tag = site, tag
        self.lists = site.lists
        self.entry, self.stored = site.entry, site.stored

    def long_text(self, text: str, form: str, losses: Losses) -> str:
        """See Around."""
        if form == "html":
            made = html_page(text, self._site, self._tag)
        elif form == "nohtml":
            lines = at_line_starts(escaped(text)).replace("\n", "\\\n")
            return lines.replace("\\\n\\\n", "\n\n")
        else:
            made = convert(text, self._site, self._tag)
        for loss in made.losses:
            losses.add(loss.what, loss.detail)
        return f"### {made.title}\n\n{made.body}" if made.title else made.body


def _kind(form: Form, answers: Mapping[str, str]) -> str:
    said = answers.get(kind_name(form.id), "") or guess_kind(form)
    return said if said in KINDS or said == NOTHING else PAGE


def _entry_of(body: str, known: Known) -> dict[str, Any] | None:
    """The fields of an entry; None for a text that is none."""
    if not body.lstrip().startswith("{") or (
        known.kind != ENTRY and '"id_typeannonce"' not in body
    ):
        return None
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and "id_typeannonce" in told else None
