"""“Ask for advice”: one question, on a page of one's own or on a project that begins with it."""

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.api.errors import BadField
from wiki.api.limits import client_address, count_request
from wiki.api.pages import Page
from wiki.api.pages.editing import ProposalForm, change_page, propose_space
from wiki.api.pages.spaces import NewSpace, check_may_make, make_space
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, list_own_spaces
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

from .blocks import (
    BLOCK_NAMES,
    MINUTES,
    QUESTION,
    asks_of,
    request_block,
    with_request,
    without_request,
    write_terms,
)

bp = Blueprint("feedback_advice", __name__)

#: what the form is called
NAME = "feedback-advice"
_FIELDS = ("question", "page", "title", "summary", "minutes", "until")
_MOST = {"question": QUESTION, "title": 150, "summary": 300}
#: kinds of pages of which one asks
_TYPES = ("project", "dossier", "event")


@bp.get("/advice/ask")
def form() -> Response:
    """What one would like advice on; a visitor begins with it. Raises LogInFirst, Forbidden."""
    reader = _asking()
    typed, pages = typed_fields(NAME), _pages(reader)
    values = _typed(typed or request.args)
    if not typed and "page" not in request.args and pages:
        values["page"] = pages[0].path
    response = render_tool(
        "feedback/advice.html",
        values=values,
        pages=[(row.path, row.title) for row in pages],
        held=reader.person is not None and reader.person.held,
        most=_MOST,
        minutes=list_minutes(),
        traps=antispam.fields(),
    )
    return keep_in_browser(response)


@bp.post("/advice")  # where the form stood before
@bp.post("/advice/ask")
@open_to_all
@redisplay(form)
def send() -> Response:
    """Puts the question on the page; a visitor is asked for an address first."""
    reader, values = _asking(), _typed(typed_fields(NAME))

    def look() -> list[tuple[str, str]]:
        _check(reader, values | {"page": ""})
        return [
            (gettext("What would you like advice on?"), values["question"]),
            (gettext("What is it about?"), values["title"]),
            (gettext("In one sentence"), values["summary"]),
        ]

    return receive_form(NAME, look)


def open_form() -> OpenForm:
    """The question that a visitor asks."""
    return OpenForm(action_url("advice/ask"), gettext("Ask for advice"), _done(), _ask, form)


def list_minutes() -> list[tuple[str, str]]:
    """How long an answer may take, as a form offers it."""
    words = gettext("{count} minutes")
    return [(one, words.format(count=one)) for one in MINUTES]


def asked_anew(page: Page, question: str, terms: str) -> str:
    """The page's text, asking ``question`` about the whole of it. Raises BadField."""
    text = page.text
    if any(one.section == "" for one in asks_of(page)):
        text = without_request(page, "")
    return with_request(Page(page.path, page.file, text), question, terms=terms)


def _ask(reader: Reader, sent: MultiDict[str, str]) -> Response:
    values = _typed(sent)
    count_request("save")
    _check(reader, values)
    if path := values["page"]:
        words, question = gettext("Asks for feedback"), values["question"]
        change_page(
            reader,
            path,
            lambda now: asked_anew(now, question, _terms(reader, values, now.head.text("lang"))),
            words,
        )
    elif reader.person is not None and reader.person.held:
        propose_space(reader, _space(reader, values), ProposalForm("", address=client_address()))
        thanks = gettext("Thank you. What you wrote is read over by those who look after the page.")
        return see_other(action_url("account"), thanks)
    else:
        path = make_space(reader, _space(reader, values)).path
    return see_other(page_url(path), _done())


def _done() -> str:
    return gettext("Your page asks it now. Send its address to those whose advice you would like.")


def _terms(reader: Reader, values: dict[str, str], language: str) -> str:
    return write_terms(values["minutes"], values["until"], reader.today, language)


def _space(reader: Reader, values: dict[str, str]) -> NewSpace:
    language = written_language()
    terms = _terms(reader, values, language)
    block = request_block(values["question"], BLOCK_NAMES[language != "fr"], terms)
    return NewSpace(
        "project", values["title"], summary=values["summary"], opening=lambda _path: block
    )


def _check(reader: Reader, values: dict[str, str]) -> None:
    """Raises BadField where something is missing, Forbidden who may not make a project."""
    for name, most in _MOST.items():
        if len(values[name]) > most:
            words = gettext("At most {count} characters, please.")
            raise BadField(name, words.format(count=most))
    if not values["question"]:
        raise BadField("question", gettext("Say in one sentence what you would like advice on."))
    _terms(reader, values, "")
    if values["page"]:
        if values["page"] not in {row.path for row in _pages(reader)}:
            raise BadField("page", gettext("Choose a page that is yours to write."))
        return
    check_may_make(reader, "project")
    if not values["title"]:
        raise BadField("title", gettext("Give it a name, or a few words that say what it is."))


def _asking() -> Reader:
    check_self_registration(gettext("Log in first."))
    reader = current_reader()
    if not _pages(reader):
        check_may_make(reader, "project")
    return reader


def _pages(reader: Reader) -> list[PageRow]:
    """The pages of one's own on which one may ask."""
    mine = list_own_spaces(reader) if reader.person else []
    return [row for row in mine if row.type in _TYPES and reader.may_edit(row.path)]


def _typed(sent: MultiDict[str, str]) -> dict[str, str]:
    return {name: " ".join(sent.get(name, "").split()) for name in _FIELDS}
