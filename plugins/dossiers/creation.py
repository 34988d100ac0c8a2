"""``/-/dossiers/new``: a title, a question and themes become a dossier that is ready to write."""

import re

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.api.errors import BadField
from wiki.api.limits import client_address, count_request
from wiki.api.pages import edit_head
from wiki.api.pages.editing import ProposalForm, propose, save
from wiki.api.pages.spaces import NewSpace, check_may_make, space_path
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.rows import count_facets
from wiki.api.translation import gettext, written_language
from wiki.api.web import current_reader
from wiki.api.web.forms import redisplay, render_tool, see_other
from wiki.api.web.open_forms import (
    OpenForm,
    antispam,
    check_self_registration,
    keep_in_browser,
    open_to_all,
    receive_form,
    typed_fields,
)

from . import plan
from .candidates import Proposal, fitting
from .model import written

bp = Blueprint("dossiers_making", __name__)

#: what its form is called
NAME = "dossiers"

#: projects that a new dossier begins with
BEGINS_WITH = 12
_FIELDS = ("title", "summary", "themes")
_QUESTION, _THEMES = 300, 300


@bp.get("/dossiers/new")
def new() -> Response:
    """What a dossier begins with; a visitor begins with it too. Raises LogInFirst, Forbidden."""
    reader, typed = _maker(), typed_fields(NAME)
    begun = {name: request.args.get(name, "")[:300] for name in _FIELDS}
    response = render_tool(
        "dossiers/new.html",
        values=_typed(typed) if typed else begun,
        known=[one.value for one in count_facets(reader, ("theme",), limit=60)["theme"]],
        most=BEGINS_WITH,
        traps=antispam.fields(),
    )
    return keep_in_browser(response)


@bp.post("/dossiers/new")
@open_to_all
@redisplay(new)
def make() -> Response:
    """Makes the page, and leads to it; a visitor is asked for an address first."""
    _maker()
    values = _typed(typed_fields(NAME))

    def look() -> list[tuple[str, str]]:
        _checked(values)
        return [
            (gettext("Title of the dossier"), values["title"]),
            (gettext("Which question does it ask?"), values["summary"]),
            (gettext("Themes"), values["themes"]),
        ]

    return receive_form(NAME, look)


def address() -> str:
    """Where one begins a dossier."""
    return action_url("dossiers/new")


def open_form() -> OpenForm:
    """The dossier that a visitor begins."""
    done = gettext("The dossier is there, with its lists filled in. Write between them.")
    return OpenForm(action_url("dossiers/new"), gettext("Begin the dossier"), done, _make, new)


def _make(reader: Reader, form: MultiDict[str, str]) -> Response:
    """Makes the page, with the projects that fit where that is wished; a newcomer's is held."""
    values = _typed(form)
    count_request("save")
    themes = _checked(values)
    path = space_path(reader, NewSpace("dossier", values["title"]))
    chosen = _chosen(reader, values, themes) if form.get("all") else []
    text = dossier_text(values, themes, chosen)
    words = gettext("Began “{title}”").format(title=values["title"])
    if not reader.may_edit(path):
        propose(reader, path, ProposalForm(text, reader.head, words, address=client_address()))
        thanks = gettext("Thank you. What you wrote is read over by those who look after the page.")
        return see_other(action_url("account"), thanks)
    saved = save(reader, path, text, reader.head, words)
    done = gettext("The dossier is there, with its lists filled in. Write between them.")
    return see_other(page_url(saved.path), done)


def dossier_text(values: dict[str, str], themes: list[str], chosen: list[Proposal]) -> str:
    """The page: the chapters of a plan, and between its chapters the lists that fill themselves."""
    asked = "theme:" + ",".join(f'"{one}"' if re.search(r"[\s,]", one) else one for one in themes)
    french = written_language() == "fr"
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
            f"## {plan.TEACH}",
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


def _typed(form: MultiDict[str, str]) -> dict[str, str]:
    return {name: " ".join(form.get(name, "").split()) for name in _FIELDS}


def _maker() -> Reader:
    check_self_registration(gettext("Log in first."))
    reader = current_reader()
    check_may_make(reader, "dossier")
    return reader
