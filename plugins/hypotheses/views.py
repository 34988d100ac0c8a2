"""The forms that write hypotheses, for those who may edit the page: no Markdown to know."""

import re

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, NotFound
from wiki.api.limits import count_request
from wiki.api.pages import Page
from wiki.api.pages.editing import change_page
from wiki.api.paths import normalise, page_url
from wiki.api.reading import Reader, get_page
from wiki.api.reading.html import render_line
from wiki.api.translation import gettext
from wiki.api.web import signed_in_reader
from wiki.api.web.forms import FormText, redisplay, render_tool, see_other, typed_values

from .model import FELL, HELD, STATE_WORDS, STATES, TESTED
from .text import in_text, with_answer, with_hypothesis

bp = Blueprint("hypotheses", __name__)

MOST = 300
_SHORT = 60
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_ANSWERS = (TESTED, HELD, FELL)


@bp.get("/hypotheses/new/<path:path>")
def new(path: str, what: FormText) -> Response:
    """The form, empty. Raises LogInFirst, NotFound."""
    reader, page = _page(path)
    return render_tool(
        "hypotheses/new.html",
        page={"label": page.title, "url": page_url(page.path)},
        values={"what": what[:2000]},
        known=[render_line(reader, one.text, page.path) for one in in_text(page.text)],
        most=MOST,
    )


@bp.post("/hypotheses/new/<path:path>")
@redisplay(new)
def add(path: str, what: FormText) -> Response:
    """Writes one more, believed from today on. Raises LogInFirst, NotFound."""
    reader, page = _page(path)
    said = _sentence(what[:2000], "what")
    count_request("save")
    change_page(
        reader,
        page.path,
        lambda now: with_hypothesis(now.text, said, reader.today.isoformat(), _lang(now)),
        gettext("Hypothesis: {said}").format(said=_short(said)),
    )
    done = gettext("It stands in your notebook. What would show that it is wrong?")
    return see_other(page_url(page.path), done)


@bp.get("/hypotheses/tell/<path:path>")
def tell(path: str) -> Response:
    """The form about one of the page's. Raises LogInFirst, NotFound."""
    reader, page = _page(path)
    values = _typed()
    known = in_text(page.text)
    if not known:
        raise NotFound(gettext("There is no hypothesis on this page any more."))
    chosen = next((one for one in known if one.key == values["which"]), None)
    return render_tool(
        "hypotheses/tell.html",
        page={"label": page.title, "url": page_url(page.path)},
        chosen={
            "html": render_line(reader, chosen.text, page.path),
            "state": str(STATE_WORDS[chosen.state]),
        }
        if chosen
        else None,
        choices=[(one.key, one.text) for one in known],
        states=[(state, str(_ANSWER_WORDS[state]())) for state in _ANSWERS],
        values=values,
        most=MOST,
    )


@bp.post("/hypotheses/tell/<path:path>")
@redisplay(tell)
def told(path: str) -> Response:
    """Writes its state and what was seen, dated today. Raises LogInFirst, NotFound."""
    reader, page = _page(path)
    values = _typed()
    said = _sentence(values["words"], "words")
    if values["state"] not in STATES:
        raise BadField("state", gettext("Choose what the field answered."))
    count_request("save")
    change_page(
        reader,
        page.path,
        lambda now: _answered(now, values, reader.today.isoformat(), said),
        gettext("What the field answered: {said}").format(said=_short(said)),
    )
    return see_other(page_url(page.path), gettext("Noted in your notebook, dated today."))


def _typed() -> dict[str, str]:
    typed = {name: text[:2000] for name, text in typed_values("which", "state", "words").items()}
    return typed | {"which": typed["which"] or request.args.get("which", "")}


def _answered(page: Page, values: dict[str, str], day: str, said: str) -> str:
    text = with_answer(page.text, values["which"], values["state"], day, said, _lang(page))
    if text is None:
        words = gettext("Choose which one it is about: its words have changed meanwhile.")
        raise BadField("which", words)
    return text


def _page(path: str) -> tuple[Reader, Page]:
    reader = signed_in_reader(gettext("Log in first: the notebook is written in your name."))
    page = get_page(reader, normalise(path))
    if not reader.may_edit(page.path):
        raise NotFound(gettext("There is no page here."))
    return reader, page


def _sentence(words: str, field: str) -> str:
    said = " ".join(words.split())
    if not said:
        raise BadField(field, gettext("Write one sentence."))
    if len(said) > MOST:
        raise BadField(
            field, gettext("At most {count} characters: one sentence.").format(count=MOST)
        )
    if any(not char.isprintable() for char in said):
        raise BadField(field, gettext("This holds characters that cannot be seen."))
    if _ADDRESS.search(said):
        raise BadField(
            field, gettext("Leave the e-mail address out: everyone reads this sentence.")
        )
    return said


def _lang(page: Page) -> str:
    return "en" if page.head.text("lang") == "en" else "fr"


def _short(said: str) -> str:
    return said if len(said) <= _SHORT else f"{said[: _SHORT - 1].rstrip()}…"


_ANSWER_WORDS = {
    TESTED: lambda: gettext("We have tested it; nothing is settled yet"),
    HELD: lambda: gettext("Confirmed"),
    FELL: lambda: gettext("Refuted"),
}
