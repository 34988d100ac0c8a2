"""The source ``yeswiki``: an archive, a dump or entries of a YesWiki, put on the stage.

::

    archive ─▶ export.py ─▶ store.py (a dump) ─┐
                        └─▶ entry_files.py (JSON, CSV) ─▶ records ─▶ site.py ─▶ transfer.py ─▶ stage
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from wiki.api.imports import Choice, ImportProgress, Source, Stage
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy

from .bazar.forms import Form, form_of
from .bazar.kinds import ask
from .entry_files import EntryFile
from .export import SQL, Export, open_export
from .store import Store
from .transfer import Transfer

_WIKI, _EVERYBODY = "wiki", "readers"


class YesWiki(Source):
    """Reads what a YesWiki leaves: pages with their history, entries of Bazar, comments, files."""

    label = "YesWiki"

    hint = lazy(
        "In YesWiki: “Gestion du site”, “Sauvegardes”, with database and files. Or a dump of"
        " its database (.sql), or entries of Bazar as JSON or CSV."
    )

    def is_own(self, path: Path) -> bool:
        """See Source."""
        with open_export(path).bundle:
            return True

    def choices(self, path: Path) -> Sequence[Choice]:
        """See Source."""
        export = open_export(path)
        with export.bundle:
            if export.kind != SQL:
                listed = EntryFile(export)
                return [*ask(listed.told()), *_readers(export)]
            with closing(_filled(export, Store(None, texts=False))) as store:
                return _choices(store, export)

    def read(
        self, path: Path, stage: Stage, answers: Mapping[str, str], progress: ImportProgress
    ) -> None:
        """See Source."""
        export = open_export(path)
        with export.bundle:
            everybody = answers.get(_EVERYBODY, "*")
            if export.kind != SQL:
                listed = EntryFile(export)
                Transfer(export, listed, listed.forms, stage, answers, everybody, progress).run()
                return
            prefix = answers.get(_WIKI)
            if prefix is None:
                with closing(_filled(export, Store(None, texts=False))) as store:
                    prefix = _main(store, export)
            made = Store(prefix, zone=export.settings.get("timezone", ""))
            with closing(_filled(export, made)) as store:
                forms = [_form(id, told) for id, told in store.records.forms.items()]
                Transfer(export, store, forms, stage, answers, everybody, progress).run()


def _filled(export: Export, store: Store) -> Store:
    pieces = export.pieces(export.texts[0])
    rest = b""

    def read(size: int) -> bytes:
        nonlocal rest
        while len(rest) < size and (piece := next(pieces, b"")):
            rest += piece
        given, rest = rest[:size], rest[size:]
        return given

    try:
        store.fill(read, lambda: None)
    except BaseException:
        store.close()
        raise
    return store


def _main(store: Store, export: Export) -> str:
    """Which of several wikis in a dump is meant: that of the settings, else the largest."""
    named = export.settings.get("table_prefix", "")
    if named in store.prefixes:
        return named
    return max(store.prefixes, key=lambda one: (store.prefixes[one], one))


def _choices(store: Store, export: Export) -> list[Choice]:
    main = _main(store, export)
    asked = {
        prefix: [*_forms(store, prefix), *_readers(export)] for prefix in sorted(store.prefixes)
    }
    if len(asked) == 1:
        return asked[main]
    options = [
        (prefix, _("{prefix} ({count} states of pages)").format(prefix=prefix, count=count))
        for prefix, count in sorted(store.prefixes.items())
    ]
    words = _("There are several wikis in this dump. Which one comes?")
    return [Choice(_WIKI, words, options, main, then=asked)]


def _forms(store: Store, prefix: str) -> list[Choice]:
    found = []
    for (own, id), (count, titles) in sorted(store.entries.items(), key=lambda one: -one[1][0]):
        if own == prefix:
            told = store.records.forms.get(f"{prefix}\0{id}", {})
            found.append((_form(id, told), count, titles))
    return ask(found)


def _form(id: str, told: Mapping[str, str]) -> Form:
    return form_of(id, told.get("label", ""), told.get("template", ""), told.get("words", ""))


def _readers(export: Export) -> list[Choice]:
    """Who reads a page that says nothing: the settings do, which a dump does not hold."""
    said = export.settings.get("default_read_acl", "").strip()
    options = [
        ("*", _("everybody")),
        ("+", _("who has an account")),
        ("@admins", _("the administration")),
    ]
    if said and said not in dict(options):
        options.append((said, ", ".join(said.split())))
    return [
        Choice(
            _EVERYBODY,
            _("A page that says nothing of its readers is for"),
            options,
            said or "*",
            hint=_(
                "As “default_read_acl” says in the settings there. What a page says itself counts."
            ),
        )
    ]
