"""What the entries of a form become here: guessed by its name and fields, and asked (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any

from wiki.api.imports import Choice
from wiki.api.imports.vocabulary import KINDS as WORDS
from wiki.api.paths import slug
from wiki.api.translation import gettext as _
from wiki.api.translation import lazy, ngettext

from .fields import personal
from .forms import Form

PAGE, NOTHING, LEFT_OUT, PUBLISHED = "page", "-", "-", "published"
#: kind → its name, and the folder of its pages
KINDS: Mapping[str, tuple[Any, str]] = {
    "project": (lazy("projects"), "projets"),
    "person": (lazy("people"), "personnes"),
    "organisation": (lazy("organisations"), "organisations"),
    "event": (lazy("events"), "evenements"),
    "need": (lazy("needs"), "besoins"),
    "offer": (lazy("offers"), "offres"),
    PAGE: (lazy("pages of no kind"), ""),
}
#: kinds that are no type of a page: each of their pages has a block with one item
ITEMS = frozenset(("need", "offer"))
#: of several kinds that a name speaks of, these say least: “Annuaire des structures”
_VAGUE = frozenset(("annuaire", "contact"))
_ORDER = ("need", "offer", "event", "organisation", "project", "person")


def guess_kind(form: Form) -> str:
    """What the entries of a form most likely are."""
    label = slug(form.label)
    sure = [
        kind for kind in _ORDER if any(word in label for word in WORDS[kind] if word not in _VAGUE)
    ]
    if sure:
        return sure[0]
    names = {name for field in form.fields for name in field.names}
    kinds = {field.kind for field in form.fields}
    if "bf_prenom" in names:
        return "person"
    if "bf_date_debut_evenement" in names or "listedatedeb" in kinds:
        return "event"
    return "person" if any(word in label for word in _VAGUE) else PAGE


def ask(forms: Sequence[tuple[Form, int, Sequence[str]]]) -> list[Choice]:
    """The questions about forms, each with how many entries it has and titles of some."""
    return [_choice(form, count, titles) for form, count, titles in forms]


def kind_name(form: str) -> str:
    """What the question is called that asks what the entries of a form are."""
    return f"form-{form}"


def contact_name(form: str) -> str:
    """What the question is called that asks whether its addresses are published."""
    return f"contact-{form}"


def _choice(form: Form, count: int, titles: Sequence[str]) -> Choice:
    options = [(kind, str(label)) for kind, (label, _place) in KINDS.items()]
    words = ngettext(
        "The entry of “{form}” becomes", "The {count} entries of “{form}” become", count
    )
    then = {kind: contact for kind in KINDS if (contact := _contact(form, kind))}
    return Choice(
        kind_name(form.id),
        words.format(count=f"{count:,}".replace(",", "\u202f"), form=form.label or form.id),
        [*options, (NOTHING, _("nothing: they are left out"))],
        guess_kind(form),
        hint=" · ".join(title[:80] for title in titles),
        then=then,
    )


def _contact(form: Form, kind: str) -> list[Choice]:
    fields = [field.label for field in form.fields if personal(field, kind)]
    if not fields:
        return []
    return [
        Choice(
            contact_name(form.id),
            _("How to reach them ({fields})").format(fields=", ".join(fields[:6])),
            [
                (LEFT_OUT, _("is left out: nobody publishes it by mistake")),
                (PUBLISHED, _("is published in the pages")),
            ],
            LEFT_OUT,
            hint=_("The history of pages keeps what was published once."),
        )
    ]
