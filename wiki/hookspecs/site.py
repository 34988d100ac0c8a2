"""The site's menu, addresses of the plugin's own, its lists in the JSON API."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from flask import Blueprint
    from pydantic import BaseModel
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Response

    from wiki.reading import Reader

#: of a row in its list: what the next part begins after
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True)
class MenuItem:
    """A line of the site's menu: a translated ``label`` and where it leads.

    With an ``invitation``, in words such as “See who needs what”, it is a button of the home page
    too; ``kind`` gives that its colour: need, offer or "". What is ``personal`` is a tool of the
    reader's task, such as a queue: it stands in the menu under their name. Without a label it is
    that button alone.
    """

    label: str
    url: str
    order: int = 50
    invitation: str = ""
    kind: str = ""
    personal: bool = False


@hookspec
def menu_items(reader: "Reader") -> Sequence[MenuItem]:
    """Lines of the site's menu."""


@hookspec
def shortcuts(reader: "Reader") -> Sequence[MenuItem]:
    """Ways in that a device offers where the wiki is installed on it, beside the search."""


@dataclass(frozen=True)
class Theme:
    """A look of the whole wiki, which administrators choose: ``static/theme.css`` of the plugin.

    ``label`` and ``about`` are said where it is chosen. ``light`` and ``dark`` are the colours of
    its ground, as ``#ffffff``: what stands around a page on a phone takes them. With ``terms``, a
    sentence about who may use it, who chooses it has to say that this is so.
    """

    label: Any
    about: Any
    light: str = "#fcfaf6"
    dark: str = "#191715"
    terms: Any = ""


@hookspec
def theme() -> Theme:
    """The theme that the plugin brings."""


@hookspec
def catalogue_links(kind: str, reader: "Reader") -> Sequence[MenuItem]:
    """Links beside the title of the catalogue of pages of type ``kind``, such as its calendar."""


@service
def beginning() -> str:
    """The address of a form of the plugin's own that begins a page of a type, its name.

    ``title``, ``summary`` and ``themes`` are given in the address where they were asked with.
    """
    return ""


@dataclass(frozen=True)
class OpenForm:
    """A form at ``url`` that begins with its questions: an account is asked for at the end.

    Its view gives what was sent to ``receive_form``. ``send(reader, fields)`` does it for who has
    an account, and redirects to what was made; what it raises is shown by ``form``, the view of
    ``url``, filled in from ``typed_fields``. ``label`` is on the button that does it, ``done`` is
    said of it then.
    """

    url: str
    label: str
    done: str
    send: "Callable[[Reader, MultiDict[str, str]], Response]"
    form: "Callable[[], Response]"


@hookspec
def open_forms() -> Mapping[str, OpenForm]:
    """Forms that visitors fill in before they have an account, by a name (``receive``)."""


@hookspec
def blueprints() -> "Sequence[Blueprint]":
    """Flask blueprints, joined under ``/-/``."""


@hookspec
def well_known() -> "Sequence[Blueprint]":
    """Flask blueprints, joined under ``/.well-known/``: addresses that a standard gives."""


@dataclass(frozen=True)
class ApiList:
    """A list of the JSON API at ``/-/api/v1`` + ``path``, such as ``/needs``; given in parts.

    ``query`` and ``row`` are models of pydantic: what may be asked, and what one row holds.
    ``answer(reader, asked, after, limit)`` gives some rows, each a mapping, and the place of the
    last one (words and numbers), or None where nothing follows; ``after`` is such a place.
    """

    room: str
    path: str
    summary: str
    query: "type[BaseModel]"
    row: "type[BaseModel]"
    answer: "Callable[[Reader, Any, Any, int], tuple[Sequence[object], Place | None]]"


@dataclass(frozen=True)
class ApiItem:
    """One thing of the JSON API at ``path/<id>``: ``answer(reader, id)``, or it raises NotFound."""

    room: str
    path: str
    summary: str
    row: "type[BaseModel]"
    answer: "Callable[[Reader, str], object]"


@dataclass(frozen=True)
class ApiAnswer:
    """What the JSON API answers at ``path`` to a question, whole: ``answer(reader, asked)``.

    ``name`` is that of the operation. ``query`` and ``row`` are models of pydantic: what may be
    asked, and what is answered. ``summary`` may go on below its first line.
    """

    room: str
    name: str
    path: str
    summary: str
    query: "type[BaseModel]"
    row: "type[BaseModel]"
    answer: "Callable[[Reader, Any], object]"


@dataclass(frozen=True)
class ApiProposal:
    """What the JSON API takes at ``path`` and proposes: a token needs the scope ``propose``.

    ``body`` and ``row`` are models of pydantic: what is sent, and what is told beside the proposal.
    ``answer(reader, sent, form)`` holds ``form``, which says from where and by which program it
    comes, with a text (``propose``), and gives the proposal, or None for none, and that row.
    """

    room: str
    name: str
    path: str
    summary: str
    body: "type[BaseModel]"
    row: "type[BaseModel]"
    answer: "Callable[[Reader, Any, Any], tuple[object | None, Mapping[str, object]]]"


#: what a plugin has in the JSON API
ApiRoute: TypeAlias = ApiList | ApiItem | ApiAnswer | ApiProposal


@service
def api_routes(facets: Sequence[str]) -> Sequence[ApiRoute]:
    """What is in a part of the JSON API, by a name; ``facets`` are the facts that narrow spaces.

    Asked when the API is first used: import pydantic, which takes its time, no sooner.
    """
    return ()
