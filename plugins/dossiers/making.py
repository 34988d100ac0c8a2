"""``/-/dossiers/new``: a title, a question and themes become a dossier that is ready to write."""

import re
from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api import (
    BadField,
    Forbidden,
    LogInFirst,
    NewSpace,
    Reader,
    current_reader,
    edit_head,
    gettext,
    language,
    page_of,
    page_url,
    place_for,
    save,
    say,
)

from . import plan
from .model import written
from .proposing import Proposal, fitting

bp = Blueprint("dossiers_making", __name__)

#: projects that a new dossier begins with
BEGINS_WITH = 12
_FIELDS = ("title", "summary", "themes")
_QUESTION, _THEMES = 300, 300


@bp.get("/dossiers/new")
def new() -> Response:
    """What a dossier begins with."""
    reader = _writer()
    return _form(reader, {name: request.args.get(name, "")[:300] for name in _FIELDS}, {})


@bp.post("/dossiers/new")
def make() -> Response:
    """Makes the page, with the projects that fit where that is wished, and leads to it."""
    reader = _writer()
    values = {name: " ".join(request.form.get(name, "").split()) for name in _FIELDS}
    try:
        themes = _checked(values)
        path = place_for(reader, NewSpace("dossier", values["title"]))
        chosen = _chosen(reader, values, themes) if request.form.get("all") else []
        text = dossier_text(values, themes, chosen)
        words = gettext("Began “{title}”").format(title=values["title"])
        saved = save(reader, path, text, reader.head, words)
    except BadField as error:
        return _form(reader, values, {error.field: error.words}, error.status)
    say(gettext("The dossier is there, with its lists filled in. Write between them."))
    return redirect(page_url(saved.path), HTTPStatus.SEE_OTHER)


def dossier_text(values: dict[str, str], themes: list[str], chosen: list[Proposal]) -> str:
    """The page: an editorial plan, and between its chapters the lists that fill themselves."""
    asked = "theme:" + ",".join(f'"{one}"' if re.search(r"[\s,]", one) else one for one in themes)
    french = language() == "fr"
    lines = "\n".join(written(one.row.path) for one in chosen)
    names = {
        "projects": "projets" if french else "projects",
        "needs": "besoins" if french else "needs",
        "timeline": "chronologie" if french else "timeline",
        "gaps": "manques" if french else "gaps",
        "recurring": "récurrents" if french else "recurring",
        "count": "nombre projets" if french else "count projects",
        "forms": "projet | projets" if french else "project | projects",
        "others": "autres" if french else "others",
    }

    def block(name: str, words: str, inside: str = "") -> str:
        return f"::: {names.get(name, name)} {words}".rstrip() + f"\n{inside}\n:::"

    whole = "\n\n".join(
        [
            f"*{plan.ASKED}*",
            f"## {plan.TEACH}",
            f"*{plan.FINDINGS}*",
            f"## {plan.SELECTION}",
            block("sélection" if french else "selection", "", lines),
            f"## {plan.OTHERS}",
            str(plan.COUNTED).format(
                count="{{" + f"{names['count']} {asked} | {names['forms']}" + "}}"
            ),
            block("projects", f"{asked} {names['others']} sort:updated limit:12"),
            f"## {plan.NEEDS}",
            block("needs", f"open {asked} limit:10"),
            f"### {plan.AGAIN}",
            block("recurring", asked),
            f"## {plan.LATELY}",
            block("timeline", f"{asked} limit:10"),
            f"## {plan.MISSING}",
            block("gaps", asked),
            f"## {plan.SOURCES}",
            f"- *{plan.READ}*",
        ]
    )
    head = {
        "type": "dossier",
        "title": values["title"],
        "summary": values["summary"] or None,
        "lang": None if french else "en",
        "themes": themes,
    }
    return edit_head(f"{whole}\n", head)


def _checked(values: dict[str, str]) -> list[str]:
    """The themes. Raises BadField where something is missing."""
    if len(values["summary"]) > _QUESTION:
        raise BadField("summary", gettext("Say it in {count} characters.").format(count=_QUESTION))
    tidy = re.sub(r'["“”«»#{}]', " ", values["themes"][:_THEMES])
    themes = list(dict.fromkeys(one.strip() for one in re.split(r"[,;]", tidy) if one.strip()))
    if not themes:
        raise BadField("themes", gettext("Give it one theme at least: its lists go by them."))
    return themes[:8]


def _chosen(reader: Reader, values: dict[str, str], themes: list[str]) -> list[Proposal]:
    """The projects that fit, of those that all readers of a new dossier see."""
    text = f"{values['title']}. {values['summary']}"
    found = fitting(reader, text, themes, (), 2 * BEGINS_WITH)
    return [one for one in found if one.row.group == "public"][:BEGINS_WITH]


def _writer() -> Reader:
    reader = current_reader()
    if reader.person is None:
        raise LogInFirst(gettext("Log in first."))
    if not reader.may_edit("dossiers/nouveau"):
        raise Forbidden(gettext("New pages are made by members of this wiki."))
    return reader


def _form(
    reader: Reader, values: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    known = reader.facets(("theme",), limit=60)["theme"]
    return page_of(
        "dossiers/new.html",
        status,
        values=values,
        known=[one.value for one in known],
        most=BEGINS_WITH,
        errors=dict.fromkeys((*_FIELDS, ""), "") | errors,
        noindex=True,
    )
