"""What a field of a form means here, by what it is, its name and its label (pure)."""

import re

from wiki.api.imports.vocabulary import HEADS, PERSONAL
from wiki.api.paths import slug

from ..wordlists import wordlist
from .forms import CHOICES, ENTRIES, FILES, Field

#: roles that a label alone can give, and the kinds of pages that have them
_SAID = {
    "summary": "project person organisation event page need offer",
    "themes": "project person organisation event page need offer",
    "territory": "project person organisation event page need offer",
    "skills": "person",
    "state": "project",
    "begun": "project",
    "team": "project event",
    "organisation": "project person event",
    "needs": "project person organisation",
    "offers": "project person organisation",
    "place": "event",
    "acronym": "organisation",
    "siret": "organisation",
    "repository": "project",
    "starts": "event",
    "ends": "event",
    "before": "need offer",
}
_BY_NAME = {
    "bf_titre": "title",
    "bf_nom": "last",
    "bf_prenom": "first",
    "bf_description": "text",
    "bf_projet": "text",
    "bf_presentation": "text",
    "bf_chapeau": "summary",
    "bf_resume": "summary",
    "bf_fonction": "summary",
    "bf_date_debut_evenement": "starts",
    "bf_date_fin_evenement": "ends",
    "bf_ville": "town",
    "bf_code_postal": "postcode",
    "bf_adresse": "street",
    "bf_tags": "themes",
    "bf_structure": "organisation",
}
_BY_KIND = {
    "titre": "title",
    "champs_mail": "mail",
    "lien_internet": "website",
    "tags": "themes",
    "listedatedeb": "starts",
    "listedatefin": "ends",
    "map": "map",
    "carte_google": "map",
    **dict.fromkeys(FILES, "file"),
}
#: what only made the form, or is nobody's to read
_PASSED = wordlist(
    "labelhtml acls bookmarklet champs_cache conditionschecking inscriptionliste metadatas old"
    " mot_de_passe reactions tabchange tabs yeswiki_user utilisateur_wikini listefiches"
    " listefichesliees ''"
)
_LONG = frozenset(("themes", "territory", "skills", "state", "acronym", "siret", "begun"))
_STREET = re.compile(r"\b(?:adresse|code-postal|rue)\b")
_PRIVATE = frozenset(("mail", "phone"))


def role_of(field: Field, kind: str) -> str:
    """What the field is of a page of that kind: "" a fact of its own, ``-`` nothing of the page."""
    if field.kind in _PASSED or field.form == "password":
        return "-"
    label = slug(field.label)
    if field.kind in _BY_KIND and not (field.kind[:5] == "liste" and kind != "event"):
        return _BY_KIND[field.kind]
    if field.form in ("tel", "email", "url"):
        return {"tel": "phone", "email": "mail", "url": "website"}[field.form]
    for name in field.names:
        role = _BY_NAME.get(name, "")
        if role and _fits(role, kind, field):
            return role
    for role in ("phone", "mail"):
        if _is_called(role, label) and field.kind == "texte":
            return role
    if field.kind == "texte" and _STREET.search(label):
        return "street"
    for role, kinds in _SAID.items():
        if kind in kinds.split() and _is_called(role, label) and _fits(role, kind, field):
            return role
    if field.kind == "textelong":
        return "text" if label in HEADS["text"] or label in HEADS["details"] else "chapter"
    return ""


def personal(field: Field, kind: str) -> bool:
    """Whether a field says how somebody is reached, or what is nobody else's."""
    role = role_of(field, kind)
    if role in _PRIVATE:
        return True
    if kind == "person":
        return role in ("street", "postcode", "map") or slug(field.label) in PERSONAL
    return False


def _is_called(role: str, label: str) -> bool:
    words = HEADS[role]
    return label in words or label.removesuffix("s") in words or f"{label}s" in words


def _fits(role: str, kind: str, field: Field) -> bool:
    """Whether a field of that sort can hold what the role wants."""
    if role in ("first", "last", "organisation") and kind not in ("person", "project", "event"):
        return False
    if role in ("first", "last"):
        return kind == "person"
    if role in ("starts", "ends"):
        return kind == "event" and field.kind not in CHOICES | ENTRIES
    if role == "text":
        return field.kind == "textelong"
    if role in ("needs", "offers"):
        return field.kind in ("textelong", "texte")
    if role in _LONG:
        return field.kind != "textelong" and field.kind not in ENTRIES
    return role != "team" or field.kind in ENTRIES
