"""Forms of Bazar, as their tables or its API tell them, and the lists that they choose from (pure).

A form is lines of parts between ``***``: ``texte***bf_titre***Titre***60***255***…``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from wiki.api.translation import gettext as _

from ..encodings import mend

_PARTS, _MOST_FIELDS, _MOST_OPTIONS, _DEEPEST = 16, 300, 5_000, 10
#: kinds of fields whose values are keys of a list, or tags of entries of a form
CHOICES = frozenset(("liste", "checkbox", "radio"))
ENTRIES = frozenset(("listefiche", "checkboxfiche", "radiofiche"))
FILES = frozenset(("image", "fichier"))
_EVERYBODY = frozenset(("", "*"))


@dataclass(frozen=True)
class Field:
    """``names`` are what it may be called in an entry; ``linked`` the list or form it chooses from.

    ``form`` is how its text is written: ``wiki``, ``html`` or ``nohtml``, or what a short one is.
    ``hidden`` tells that not all who read an entry were shown it; ``options`` are the list itself.
    """

    kind: str
    names: tuple[str, ...]
    label: str
    linked: str = ""
    form: str = ""
    hidden: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """A form: its number there, what it is called, its fields in their order."""

    id: str
    label: str
    fields: tuple[Field, ...] = ()
    words: str = ""


def form_of(id: str, label: str, template: str, words: str = "") -> Form:
    """The form that a row of the database tells."""
    fields = [_field(line.split("***")) for line in template.split("\n")[:_MOST_FIELDS]]
    return Form(id, _line(label), tuple(filter(None, fields)), _line(words))


def forms_told(told: Any) -> Iterable[Form]:
    """The forms that the API told, as JSON: those of it that can be read."""
    listed = told.values() if isinstance(told, dict) else told if isinstance(told, list) else ()
    for one in listed:
        if not isinstance(one, dict) or "bn_id_nature" not in one:
            continue
        form = form_of(
            str(one["bn_id_nature"])[:20],
            str(one.get("bn_label_nature") or ""),
            str(one.get("bn_template") or ""),
            str(one.get("bn_description") or ""),
        )
        prepared = one.get("prepared")
        listed_fields = prepared.values() if isinstance(prepared, dict) else prepared
        yield _with_options(form, listed_fields if listed_fields else ())


def options_of(told: Any) -> dict[str, str]:
    """The labels of a list, by their keys; of one with branches, with the names of these."""
    if not isinstance(told, dict):
        return {}
    if isinstance(told.get("label"), dict):
        return {
            str(key): _line(str(label)) for key, label in [*told["label"].items()][:_MOST_OPTIONS]
        }
    found: dict[str, str] = {}
    _take_nodes(told.get("nodes"), "", found, 0)
    return found


def _take_nodes(nodes: Any, above: str, found: dict[str, str], depth: int) -> None:
    if not isinstance(nodes, list) or depth > _DEEPEST:
        return
    for node in nodes:
        if isinstance(node, dict) and "id" in node and len(found) < _MOST_OPTIONS:
            label = above + _line(str(node.get("label") or node["id"]))
            found[str(node["id"])] = label
            _take_nodes(node.get("children"), f"{label} › ", found, depth + 1)


def list_of(body: str) -> dict[str, str]:
    """The labels of a list by the text of its page; none where it is no list."""
    try:
        return options_of(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def _field(parts: Sequence[str]) -> Field | None:
    given = [part.strip() for part in parts[:_PARTS]]
    given += [""] * (_PARTS - len(given))
    kind, name, label, form = given[0], given[1], _line(given[2]), given[7]
    if not kind or kind.startswith("#") or len(parts) < 2:
        return None
    names: tuple[str, ...] = (name,)
    linked = ""
    hidden = given[11] not in _EVERYBODY
    if kind in CHOICES | ENTRIES:
        linked, own = name, given[6]
        names = tuple(filter(None, (f"{kind}{linked}{own}", own)))
    elif kind in FILES:
        names = (f"{kind}{name}",)
    elif kind in ("titre", "map", "carte_google"):
        names = ("bf_titre",) if kind == "titre" else (name, given[2])
        label = _("Place on a map") if kind != "titre" else label
    elif kind == "champs_mail":
        # Behind a form of contact, administrators alone saw the address.
        hidden = hidden or given[6] == "form"
    return Field(kind, names, label or name, linked, form, hidden)


def _with_options(form: Form, prepared: Iterable[Any]) -> Form:
    options: dict[str, dict[str, str]] = {}
    for one in prepared:
        if isinstance(one, dict) and isinstance(one.get("options"), dict):
            name = str(one.get("propertyname") or one.get("name") or "")
            options[name] = {str(key): _line(str(label)) for key, label in one["options"].items()}
    if not options:
        return form
    fields = tuple(
        Field(
            *(one.kind, one.names, one.label, one.linked, one.form, one.hidden),
            next((options[name] for name in one.names if name in options), {}),
        )
        for one in form.fields
    )
    return Form(form.id, form.label, fields, form.words)


def _line(text: str) -> str:
    return " ".join(mend(unescape(text)).split()).rstrip(" *:")[:200]
