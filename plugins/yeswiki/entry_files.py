"""Entries of Bazar as its API (JSON) or its export (CSV) lists them: each in its last state."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from wiki.api.errors import BadRequest
from wiki.api.imports.vocabulary import HEADS
from wiki.api.paths import slug
from wiki.api.translation import gettext as _

from .bazar.forms import Field, Form, forms_told
from .bazar.values import moment_of
from .export import JSON, Export
from .records import ENTRY, Known, Records, State
from .wordlists import wordlist

_MOST, _MOST_COLUMNS, _EXAMPLES = 100_000, 500, 3
_LONGEST_CELL = 1_000_000
#: what an entry says of itself, not of what it is about
_ITS_OWN = wordlist(
    "id_fiche id_typeannonce date_creation_fiche date_maj_fiche statut_fiche html_data url user"
    " owner semantic html_output datetime_create datetime_latest geolocation sendmail antispam"
)
_CREATED, _CHANGED = "datetime_create", "datetime_latest"


class EntryFile:
    """The entries of files of JSON or CSV. See Store: it answers alike."""

    def __init__(self, export: Export) -> None:
        self.records = Records()
        self._states: dict[str, State] = {}
        self._entries: dict[str, list[Mapping[str, Any]]] = {}
        known: dict[str, Form] = {}
        for item in export.texts:
            text, _guessed = export.text(item)
            if export.kind == JSON:
                told = _parsed(text, item.name)
                known |= {form.id: form for form in forms_told(told)}
                entries = _entries_told(told)
            else:
                form, rows = _table(text, item.name)
                known[form.id] = form
                entries = iter(rows)
            for entry in entries:
                self._take(entry)
        if not self._states:
            raise BadRequest(
                _("There is no entry in this: {names}.").format(
                    names=", ".join(item.name for item in export.texts[:5])
                )
            )
        self.forms = [known.get(id) or _form_of(id, self._entries[id]) for id in self._entries]

    def told(self) -> list[tuple[Form, int, Sequence[str]]]:
        """Each form with how many entries it has, and titles of some."""
        return [
            (
                form,
                len(self._entries[form.id]),
                [str(one.get("bf_titre") or "") for one in self._entries[form.id][:_EXAMPLES]],
            )
            for form in self.forms
        ]

    def states(self, tag: str) -> Iterator[State]:
        """The one state of an entry."""
        if tag in self._states:
            yield self._states[tag]

    def last(self, known: Known) -> State | None:
        """See Store."""
        return self._states.get(known.tag)

    def moment(self, time: str) -> datetime | None:
        """See Told."""
        with suppress(ValueError):
            return datetime.fromisoformat(time).replace(tzinfo=UTC)
        return None

    def _take(self, entry: Mapping[str, Any]) -> None:
        tag = " ".join(str(entry.get("id_fiche") or "").split())[:200]
        if not tag or tag in self._states:
            return
        if len(self._states) >= _MOST:
            raise BadRequest(_("There are more entries in this than can be imported at once."))
        known = self.records.page(tag)
        known.kind, known.states = ENTRY, 1
        changed = str(entry.get("date_maj_fiche") or "")
        when = self.moment(changed)
        author = str(entry.get("user") or entry.get("owner") or "")
        kept = {
            name: value for name, value in entry.items() if name not in ("html_data", "html_output")
        }
        body = json.dumps(kept, ensure_ascii=False)
        known.owner = str(entry.get("owner") or "")
        self._states[tag] = State(
            tag, f"{tag}@{changed or 'listed'}", when, author, known.owner, body
        )
        self._entries.setdefault(str(entry.get("id_typeannonce") or ""), []).append(entry)


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        words = _("{name} is nested deeper than what YesWiki writes.")
        raise BadRequest(words.format(name=name)) from None
    except json.JSONDecodeError as error:
        words = _(
            "Line {line} of {name}: from here on it cannot be read; it was cut or is damaged."
        )
        raise BadRequest(words.format(line=error.lineno, name=name)) from error


def _entries_told(told: Any) -> Iterator[Mapping[str, Any]]:
    listed = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    if isinstance(told, dict) and "id_fiche" in told:
        listed = [told]
    for one in listed:
        if isinstance(one, dict) and "id_fiche" in one and "id_typeannonce" in one:
            yield one


def _form_of(id: str, entries: Sequence[Mapping[str, Any]]) -> Form:
    """A form that nobody sent, by what its entries hold."""
    names: dict[str, None] = {}
    for entry in islice(entries, 200):
        names |= dict.fromkeys(name for name in entry if name not in _ITS_OWN)
    fields = [
        _guessed(name, name, [str(one.get(name) or "") for one in entries[:50]]) for name in names
    ]
    if any("geolocation" in entry for entry in entries[:200]):
        fields.append(Field("map", ("bf_latitude", "bf_longitude"), _("Place on a map")))
        fields = [one for one in fields if one.kind == "map" or one.names[0] not in _ON_MAP]
    return Form(id, "", tuple(fields[:_MOST_COLUMNS]))


_ON_MAP = frozenset(("bf_latitude", "bf_longitude"))


def _guessed(name: str, label: str, values: Sequence[str]) -> Field:
    """What a field is, by its name and what stands in it."""
    word = slug(label.removeprefix("bf_").replace("_", " "))
    said = [one for one in values if one]
    kind, form = "texte", ""
    if name.startswith("image"):
        kind = "image"
    elif name.startswith("fichier") or (said and all("/files/" in one for one in said)):
        kind = "fichier"
    elif word in HEADS["mail"] or (said and all("@" in one and " " not in one for one in said)):
        kind = "champs_mail"
    elif name.startswith(("checkboxfiche", "listefiche", "radiofiche")):
        kind = "checkboxfiche"
    elif name.startswith(("checkbox", "liste", "radio")):
        kind = "checkbox"
    elif name == "bf_tags":
        kind = "tags"
    elif word in HEADS["website"] and said and all(one.startswith("http") for one in said):
        kind = "lien_internet"
    elif said and all(moment_of(one) for one in said):
        kind = "jour"
    elif word in HEADS["text"] or any(len(one) > 300 or "\n" in one for one in said):
        kind = "textelong"
        form = "html" if any(one.lstrip().startswith("<") for one in said) else "wiki"
    shown = label.removeprefix("bf_").replace("_", " ").strip() or label
    return Field(kind, (name,), shown[:1].upper() + shown[1:], form=form)


def _table(text: str, name: str) -> tuple[Form, list[Mapping[str, Any]]]:
    """The form and the entries of a table that Bazar wrote. Raises BadRequest, with the line."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(_lines(text), strict=True, delimiter=_separator(text))
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            if len(row) > _MOST_COLUMNS:
                words = _("Line {line} of {name}: it has more columns than a form has fields.")
                raise BadRequest(words.format(line=line, name=name))
            if any(row):
                rows.append((line, row))
            if len(rows) > _MOST:
                raise BadRequest(_("There are more entries in this than can be imported at once."))
            line = reader.line_num + 1
    except csv.Error as error:
        words = _(
            "Line {line} of {name}: from here on it cannot be read; it was cut or is damaged."
        )
        raise BadRequest(words.format(line=line, name=name)) from error
    heads = [head.rstrip(" *").strip() for head in rows[0][1]] if rows else []
    label = name.rpartition("/")[2].rpartition(".")[0]
    id = slug(label) or "csv"
    columns = [[row[at] for _line, row in rows[1:51] if at < len(row)] for at in range(len(heads))]
    title = next((head for head in heads if slug(head) in ("bf-titre", *HEADS["title"])), "")
    named = {head for head in heads if slug(head) in ("nom", "prenom")}
    said = {_CREATED, _CHANGED, *_ON_MAP, title, *(named if len(named) > 1 else ())}
    fields = [
        _guessed(head, head, columns[at])
        for at, head in enumerate(heads)
        if head and head not in said
    ]
    if set(heads) >= _ON_MAP:
        fields.append(Field("map", ("bf_latitude", "bf_longitude"), _("Place on a map")))
    entries: list[Mapping[str, Any]] = []
    for number, row in rows[1:]:
        if len(row) != len(heads):
            words = _("Line {line} of {name}: it has {count} columns, and the first line {wanted}.")
            raise BadRequest(
                words.format(line=number, name=name, count=len(row), wanted=len(heads))
            )
        entry: dict[str, Any] = dict(zip(heads, row, strict=True))
        called = (
            entry.get("bf_titre")
            or (_name_of(entry) if len(named) > 1 else "")
            or entry.get(title)
            or row[min(2, len(row) - 1)]
        )
        entry |= {"bf_titre": called, "id_typeannonce": id}
        entry["id_fiche"] = entry.get("id_fiche") or f"{slug(called)[:150]}-{slug(row[0])}"
        changed = moment_of(entry.get(_CHANGED, ""))
        entry["date_maj_fiche"] = changed
        entries.append(entry)
    return Form(id, label.replace("_", " "), tuple(fields)), entries


def _name_of(entry: Mapping[str, Any]) -> str:
    """The name of somebody, of two columns."""
    by_slug = {slug(name): str(value) for name, value in entry.items()}
    return " ".join(filter(None, (by_slug.get("prenom", ""), by_slug.get("nom", "")))).strip()


def _separator(text: str) -> str:
    return max(",;\t", key=text.partition("\n")[0].count)


def _lines(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    if start < len(text):
        yield text[start:]
