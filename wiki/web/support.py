"""What every view needs: the instance, who asks, and a page from a template."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from flask import Flask, current_app, flash, g, jsonify, request
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from wiki.cache.topics import OUTDATED, note
from wiki.errors import LogInFirst, RowsUnreachable
from wiki.instance import Instance
from wiki.people.accounts.sessions import person_of, session_key
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.lent_pages import reader_by_links
from wiki.translation import gettext as _
from wiki.translation import use_language
from wiki.web.conditional import wanted_kind, wanted_language
from wiki.web.http.languages import language_links
from wiki.web.indexing import canonical_address
from wiki.web.link_session import links_here, present_link
from wiki.web.look.lines import default_foot, present_foot
from wiki.web.look.presenters import present_look
from wiki.web.notices import render_notices, take_notices
from wiki.web.site_header import count_waiting, menu_of, own_tools, render_site_header

View = TypeVar("View", bound=Callable[..., Any])

_EXTENSION = "carrefour"
_UNKNOWN = object()


class Errors(dict[str, str]):
    """What is wrong with a form, in words by the name of the field, or "" for the whole of it."""

    def __missing__(self, name: str) -> str:
        return ""


class SignedIn(UserMixin):  # type: ignore[misc]
    """A person as flask-login wants them: known by their session, so that it can be ended."""

    def __init__(self, person: Person, cookie: str) -> None:
        self.person = person
        self.id = cookie


def bind(app: Flask, instance: Instance) -> None:
    """Makes ``instance`` the one that this application's views work on."""
    app.extensions[_EXTENSION] = instance
    instance.templates.globals.update(
        csrf_token=form_token,
        here=LocalProxy(lambda: g.here),
        # Not what a script takes a piece of: trust.js refuses what would load by itself.
        whole_page=LocalProxy(lambda: "HX-Request" not in request.headers),
    )
    login = LoginManager(app)
    login.session_protection = None  # it compares addresses, which change on a train

    @login.user_loader  # type: ignore[untyped-decorator]
    def _load(cookie: str) -> SignedIn | None:
        person = person_of(instance.private, cookie)
        return SignedIn(person, cookie) if person else None

    @app.before_request
    def _speak() -> None:
        g.language = use_language(wanted())
        g.language.__enter__()

    @app.teardown_request
    def _fall_silent(_error: BaseException | None) -> None:
        if "language" in g:
            g.pop("language").__exit__(None, None, None)


def current_instance() -> Instance:
    """The instance that this application serves."""
    return cast(Instance, current_app.extensions[_EXTENSION])


def anonymous_view(view: View) -> View:
    """Marks a view that must not know who asks: for it everyone is a visitor, and nobody is noted.

    Their session is not looked up, so it is not marked as seen either, and keeps its notices.
    """
    view.nameless = True  # type: ignore[attr-defined]
    return view


def _is_nameless() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "nameless")


def current_person() -> Person | None:
    """Who is signed in; while a page is made for all who are alike, someone like them.

    Where that cannot be known, who reads a page is shown it as a visitor (``is_unknown``), and all
    else is refused: raises RowsUnreachable.
    """
    known = g.get("person", _UNKNOWN)
    if known is _UNKNOWN:
        # Without a cookie, as most requests come, nothing is even looked up.
        cookie = "session" in request.environ.get("HTTP_COOKIE", "") and not _is_nameless()
        try:
            user = current_user._get_current_object() if cookie else None
        except RowsUnreachable:
            if request.method not in ("GET", "HEAD") or wanted_kind(request.environ) != "html":
                raise
            user, g.unknown = None, True
        known = g.person = user.person if user is not None and user.is_authenticated else None
    return cast("Person | None", known)


def is_unknown() -> bool:
    """Whether someone asks of whom it cannot be known at this moment who they are."""
    return "unknown" in g


def signed_in_person(words: str = "") -> Person:
    """Who is signed in. Raises LogInFirst, which says ``words``, for visitors."""
    if (person := current_person()) is None:
        raise LogInFirst(words or _("Log in first."))
    return person


def signed_in_reader(words: str = "") -> Reader:
    """The reader of who is signed in. Raises LogInFirst likewise."""
    signed_in_person(words)
    return current_reader()


def current_session() -> str:
    """The key of the session of who is signed in (``sessions.session_key``); "" for a visitor."""
    return session_key(current_user.id) if current_person() is not None else ""


def current_reader() -> Reader:
    """What the one who asks may see, at this moment; the same one all through a request."""
    found = g.get("reader")
    if found is None:
        person = current_person()
        ids = links_here() if person is None else ()
        instance = current_instance()
        found = g.reader = reader_by_links(instance, ids) if ids else Reader(instance, person)
    return cast(Reader, found)


def wanted() -> str:
    """The language of this answer: asked for in the address, the person's, or the browser's."""
    if "wanted" not in g:
        g.wanted = _wanted()
    return cast(str, g.wanted)


def _wanted() -> str:
    settings = current_instance().settings
    # Most addresses have no such word: they need not be taken apart.
    if "lang" in request.environ.get("QUERY_STRING", "") and (
        (asked := request.args.get("lang")) in settings.offered
    ):
        return asked
    if (person := current_person()) is not None:
        return person.lang if person.lang in settings.offered else settings.lang
    header = request.headers.get("Accept-Language", "")
    return wanted_language(header, settings.lang, settings.offered)


def share_response() -> None:
    """Marks this answer as the same for every visitor, and for all who are alike.

    Then it may be kept: see ``web/cache/responses.py`` and ``pages.py``.
    """
    g.shared = True


def wants_json() -> bool:
    """Whether JSON was asked for rather than a page."""
    return wanted_kind(request.environ) == "json"


def wants_fragment() -> bool:
    """Whether htmx asked: it wants the part that changes alone."""
    return wanted_kind(request.environ) == "fragment"


def flash_message(words: str, kind: str = "done") -> None:
    """Keeps a notice for the next page that this reader sees."""
    flash(words, kind)


def render_html(template: str, **values: Any) -> str:
    """The page ``template`` with ``values`` and what every page wants (``templates/base.html``)."""
    return _fill(template, {**_bare(), **_common()}, values)


def _fill(template: str, common: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    all_values = {**common, **values}
    g.here = all_values["here"]
    templates = current_instance().templates
    # Of a page's own values, these are told there: its tools, for one, are others.
    header = {**common, "here": g.here, "query": all_values["query"]}
    all_values["site_header"] = render_site_header(templates, header)
    return templates.get_template(template).render(all_values)


def render_page(
    template: str, status: int = 200, /, *, private_address: bool = False, **values: Any
) -> Response:
    """``render_html`` as an answer of that status.

    ``private_address``: whoever has the address is let in by it, so no other page is told of it.
    """
    response = Response(render_html(template, **values), int(status), mimetype="text/html")
    return hide_address(response) if private_address else response


def render_bare(template: str, **values: Any) -> Response:
    """As ``render_page``, without menus, which ask what is worked out from git."""
    return Response(_fill(template, _bare(), values), mimetype="text/html")


def hide_address(response: Response) -> Response:
    """``response``, whose address lets its holder do something: no other page is told of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def error_page(
    status: int,
    title: str,
    words: str,
    *,
    actions: Sequence[Mapping[str, str]] = (),
    text: str = "",
    reference: str = "",
    bare: bool = False,
) -> Response:
    """The page, or the JSON where that was asked for, that says what happened and what to do.

    ``bare``: without menus, which ask what is worked out from git; what waits is told if it can be.
    """
    if wants_json():
        answer = jsonify({"status": int(status), "title": title, "detail": words})
        answer.status_code = int(status)
        return answer
    page: dict[str, Any] = {
        "status": int(status),
        "title": title,
        "words": words,
        "text": text,
        "actions": actions or [{"label": _("To the home page"), "url": "/"}],
        "reference": reference,
        "noindex": True,
    }
    if bare:
        html = _fill("error.html", {**_bare(), **_waits_now()}, page)
        return Response(html, int(status), mimetype="text/html")
    return render_page("error.html", int(status), **page)


def _bare() -> dict[str, Any]:
    """What every page wants, as far as it is known without asking anything."""
    settings = current_instance().settings
    return {
        "site_name": settings.site_name,
        "source_url": settings.source_url,
        "site_look": present_look(current_instance()),
        "site_foot": default_foot(),
        "person": current_person(),
        "waiting": 0,
        "menu": [],
        "tools": [],
        "here": request.path,
        "languages": language_links(settings.offered, wanted()),
        "notices": [],
        "site_notices": Markup(),
        "as_visitor": g.get("as_visitor"),
        "by_link": None,
        "outage": _outage(),
        "errors": g.get("errors", Errors()),
        "csrf_token": form_token,
        "query": request.args.get("q", ""),
        "public_url": settings.public_url,
        "canonical": canonical_address(settings.public_url),
    }


def _outage() -> str:
    """What is missing where private rows cannot be reached: ``part`` of the page, or ``person``."""
    if is_unknown():
        return "person"
    if not current_instance().private.unreachable:
        return ""
    note((OUTDATED,))
    return "part"


def _common() -> dict[str, Any]:
    reader = current_reader()
    waits = count_waiting(reader)
    lines = menu_of(reader)
    return {
        "reader": reader,
        "by_link": present_link(reader),
        "waiting": waits,
        "site_foot": present_foot(reader),
        "menu": [line for line in lines if line.label and not line.personal],
        "tools": [line for line in lines if line.personal] + own_tools(reader, waits),
        **_notices(reader),
    }


def _notices(reader: Reader) -> dict[str, Any]:
    """What the last request has to say, where it is known who asks; else where it stands."""
    if "notices" in g:
        return {"notices": [], "site_notices": g.notices}
    known = (
        (reader.person or "HTTP_COOKIE" in request.environ)
        and "as_visitor" not in g
        and not _is_nameless()
    )
    notices = take_notices() if known else []
    return {"notices": notices, "site_notices": render_notices(reader.instance, notices)}


def _waits_now() -> dict[str, Any]:
    """What waits for the reader; nothing where that needs what cannot be told at this moment."""
    try:
        reader = current_reader()
        waits = count_waiting(reader)
        return {"waiting": waits, "tools": own_tools(reader, waits)}
    except Exception:
        # An error is being told: whatever else is broken is no reason not to.
        return {}


def form_token() -> str:
    """What a form sends back to show that it is ours."""
    return cast(str, g.form_token) if "form_token" in g else generate_csrf()
