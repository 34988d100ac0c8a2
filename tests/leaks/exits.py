"""Every way out: the addresses that the tables of routes give, with the words that lead to secrets.

A new route is in it by itself, and a plugin's or the API's too. One whose parameter, question or
form is not known here fails the crawl with a sentence that tells what to add.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.routing import AnyConverter, Rule

from wiki.web.api.mounting import api_of

from .canaries import canary
from .world import DEPARTURE, IMPORT, KINDS, World, secret_paths

ROOT = Path(__file__).parents[2]
NOWHERE = "nulle-part"
_PUBLIC_NEED = "b-public01"
UNKNOWN_HASH = "0" * 40
_WORDS = ("team", "members", "old")
#: forms that do something by a word
_ACTIONS = [
    "remove-guest",
    "leave",
    "offer",
    "hand-over",
    "hand",
    "accept",
    "decline",
    "spam",
    "trust",
    "withdraw",
    "again",
    "role",
    "block",
    "everywhere",
    "poll",
    "unblock",
    "block-page",
    "show-page",
    "forget-device",
    "page",
    "link",
    "no-guest",
    "erase",
    "profile",
    "password",
    "address",
    "unlink",
    "restrict",
    "delete",
    "keep",
    "write",
    "outcome",
    "line",
    "agree",
    "note",
    "tell",
    "show",
    "aside",
    "confirm",
    "choose",
    "add",
    "cancel",
    "door",
    "open",
    "close",
    "back",
    "up",
    "down",
    "remove",
    "rename",
    "set-up",
    "codes",
    "tick",
    "import",
    "forget",
    "reply",
    "resolve",
    "change",
    "end",
    "undo",
    "no",
    "go",
    "none",
]
#: the other forms that an answer may have
_FORMS_OF_ANSWERS = (
    (("Accept", "application/json"),),
    (("Accept", "text/markdown"),),
    (("HX-Request", "true"),),
    (("Accept-Language", "en"),),
)
#: questions about the past, which are asked of a page that everyone sees and that has one
_OF_THE_PAST = ("at", "from", "to", "before", "section", "since", "until", "by")
_FACETS = [
    "type",
    "theme",
    "territory",
    "keyword",
    "maturity",
    "presented",
]
#: actions that are held to a table which stands elsewhere
_ACTIONS_ELSEWHERE = {"moderation": ["restricted", "deleted", "kept", "spam"]}
_OF_ONESELF = ("erase", "everywhere")
#: what is not asked of someone in the middle of a crawl: it ends their own session
_LAST = {"account.log_out"}
#: addresses of a route that everyone asks for, and between how many roles the others are parted
_EACH, _TURNS = 3, 2
#: questions that tell most
_TELLING = ("q", "at", "question")
#: what is asked about an event: the first word of its path is one
_EVENT = "evenements/salon"
_OF_EVENTS = re.compile(
    r"/-/(?:questionnaires|registrations|labels/given|notes|events|series|encounters)/"
)
#: what is asked about a dossier
_DOSSIER = "dossiers/sols"
_OF_DOSSIERS = re.compile(r"/-/(?:dossiers|booklet|export)/")
#: streams of git, which a real client asks (tests/web/git)
_GIT = re.compile(r"git-(?:upload|receive)-pack$|/info/lfs/")


@dataclass(frozen=True)
class Ask:
    """One request. ``exit`` is the row of the table that it counts for."""

    exit: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    form: dict[str, object] = field(default_factory=dict, hash=False)
    json: dict[str, object] | None = field(default=None, hash=False)

    def __str__(self) -> str:
        return f"{self.method} {self.url} {dict(self.headers) or ''}".strip()


class UnknownParameter(AssertionError):
    """A route has a parameter that the crawl has no words for."""


class Exits:
    """The requests that are made of the routes of ``world``, about its secrets."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rules = [*world.app.url_map.iter_rules(), *api_of(world.app).url_map.iter_rules()]
        paths = secret_paths()
        files = [f"{path}/{canary(kind, 'file')}.txt" for kind, (path, _) in KINDS.items()]
        needs = [f"b-{(kind + '00000000')[:8]}" for kind in KINDS]
        offers = [f"o-{(kind + '00000000')[:8]}" for kind in KINDS]
        rows = [*world.ids[::4], needs[0], NOWHERE]
        commits = [*world.hidden_commits[1::9], UNKNOWN_HASH]
        #: what may stand for a parameter, the best first
        self.words: dict[str, list[str]] = {
            "raw": [paths[1], *paths[3:-3], files[1], "sortie", "ouverte", NOWHERE],
            "path": [*paths[:4], *paths[6:9], "cache/plan", "ouverte", "index", NOWHERE],
            "file": files,
            "identity": [*needs[1:4], offers[1], _PUBLIC_NEED, "b-lyonlyon", "b-nowhere1"],
            "id": rows,
            "theme": self._of("theme", "agriculture"),
            "territory": self._of("territory", "bretagne"),
            # Of a file that is in a bucket, where there is one (tests/web/git).
            "oid": ["0" * 64],
            "size": ["2000"],
            "token": [
                *world.tokens[:3],
                *world.hidden_commits[:1],
                canary("code", "word"),
                "x.y",
                DEPARTURE,
            ],
            # A link that proves an address, and a message held as unreadable.
            "link": [*world.tokens[:1], "x.y"],
            "mail": [*world.mails, rows[0]],
            "commit": commits,
            # An import that waits, the first of its pages, a file of it.
            "run_key": [IMPORT, NOWHERE],
            "nth": ["1", "9"],
            "place": [f"{paths[0]}/{canary('team', 'file')}.txt", NOWHERE],
            "section": ["people", "mail", "sign-on"],
            "sister": ["lyon", NOWHERE],
            # Who can be followed, and what is posted: the secret ones first.
            "actor": ["secrete", "agriculture", "carrefour", NOWHERE],
            "post": [*("e" * 15 + digit for digit in "123"), "d" * 16],
            # A list of administrators'.
            "name": ["broken", "deleted", "orphans", "leftovers", "x", "logo-0123456789ab.svg"],
        }
        self.questions = self._questions(commits)

    def _of(self, place: str, public: str) -> list[str]:
        words = [canary(kind, place) for kind in _WORDS]
        return [*words, f"{words[0]}.atom", f"{words[-1]}.atom", f"{public}.atom"]

    def _questions(self, commits: list[str]) -> dict[str, list[str]]:
        """Name of a question → what is asked; it leads to a secret, or to how many there are."""
        path, of = KINDS["team"][0], canary
        return {
            "q": [of("team", "body"), of("old", "title"), "agriculture", 'canari "x"'],
            "question": [of("team", "body"), f"Qu'est devenu {of('old', 'title')} ?"],
            "theme": [of("team", "theme"), "agriculture"],
            "territory": [of("hidden", "territory"), "bretagne"],
            "region": ["bre", "ara"],
            "keyword": [of("admins", "keyword"), "sol"],
            "type": ["project"],
            "maturity": ["prototype"],
            "presented": ["x"],
            "project": [path, "cache"],
            "page": [path],
            "picture": [f"{of('team', 'file')}.png", f"{path}/{of('team', 'file')}.png"],
            "about": [f"b-{'team0000'}"],
            "need": ["b-team0000"],
            "offer": ["o-team0000"],
            "of": [path],
            "person": [of("person", "path"), "personnes/initiee"],
            "below": [path, "cache"],
            "at": commits,
            "from": [*commits[:2], "20"],
            "to": [*commits[:2]],
            "before": ["5", "1", commits[0]],
            "after": [path, "a"],
            "cursor": ["x"],
            "limit": ["1"],
            "include": ["html"],
            "sort": ["before", "updated", "newest"],
            "exact": ["1"],
            "reference": ["0badcafe"],
            "column": ["team", "presented", "address"],
            "open": ["1"],
            "section": ["titre"],
            "step": ["1"],
            "arrived": ["1"],
            "line": ["1"],
            "title": [of("team", "title")],
            "kind": ["page"],
            "value": [path],
            "next": [f"/{path}"],
            "link": ["1"],
            "width": ["400"],
            "service": ["git-upload-pack"],
            "token": ["carrefour_x"],
            "code": [of("code", "word")],
            "state": ["x"],
            "year": ["2026"],
            "event": [path, "ouverte"],
            "calendar": ["c" * 12],
            "beside": ["sisters"],
            "error": ["x"],
            "iss": ["x"],
            "lang": ["en"],
            "kept": [self._world.tokens[0] if self._world.tokens else "x"],
            "choice": ["later"],
            "answer": ["later"],
            "one": ["a" * 16],
            "size": ["small"],
            "look": ["dark"],
            "spoken": ["en"],
            "which": ["canari"],
            "write": ["1"],
            "around": [path, f"project:{path}", f"theme:{of('team', 'theme')}", "cache"],
            "since": ["2020-01-01"],
            "until": ["2030-01-01"],
            "by": ["Awa"],
            "part": ["1"],
            "again": ["1"],
            "resource": ["acct:secrete@wiki.example.org", "acct:agriculture@wiki.example.org"],
            "purpose": ["sure", "add", "enter", "second", "first"],
        }

    def gets(self, *, thorough: bool = True, turn: int | None = None) -> Iterator[Ask]:
        """What is read: every address, and each route in every form and with each question.

        Not ``thorough``: each route, about one secret, in two forms. With a ``turn``, what is asked
        of one route again and again is parted between those whose turn it is.
        """
        for place, rule in enumerate(self._rules):
            if "GET" not in (rule.methods or ()):
                continue
            urls = list(self._urls(rule))
            once, more = self._gets(rule, urls) if thorough else self._few_gets(rule, urls)
            yield from once
            yield from more if turn is None else more[(place + turn) % _TURNS :: _TURNS]

    def _gets(self, rule: Rule, urls: list[str]) -> tuple[list[Ask], list[Ask]]:
        """What is asked of a route by each thorough role, and what by one of them."""
        exit = exit_of(rule)
        once = [Ask(exit, "GET", url) for url in urls[:_EACH]]
        more = [Ask(exit, "GET", url) for url in urls[_EACH:]]
        once += [Ask(exit, "GET", urls[0], _FORMS_OF_ANSWERS[0])]
        more += [Ask(exit, "HEAD", urls[0])]
        more += [Ask(exit, "GET", urls[0], headers) for headers in _FORMS_OF_ANSWERS[1:]]
        for name, asks in self._asks_with_questions(rule, urls):
            here = once if name in _TELLING and name in self._asked_by(rule) else more
            here += asks[:1]
            more += asks[1:]
        if "introductions/propose" in rule.rule:
            # Whom it names is looked at once what it is about is there to see.
            for person in self.questions["person"]:
                asked = {"about": _PUBLIC_NEED, "person": person}
                once.append(Ask(exit, "GET", f"{urls[0]}?{urlencode(asked)}"))
        if exit in ("search", "needs", "lists"):
            once += [
                Ask(exit, "GET", f"{urls[0]}?{urlencode({'q': word})}", _FORMS_OF_ANSWERS[0])
                for word in self.questions["q"]
            ]
        return once, more

    def _few_gets(self, rule: Rule, urls: list[str]) -> tuple[list[Ask], list[Ask]]:
        """What is asked of a route by each role that is not thorough, and what by one of them."""
        exit = exit_of(rule)
        once = [Ask(exit, "GET", urls[0], _FORMS_OF_ANSWERS[0])]
        more = [Ask(exit, "GET", url) for url in urls[:_EACH]]
        for name, asks in self._asks_with_questions(rule, urls):
            if name in _TELLING and name in self._asked_by(rule):
                once += asks[:1]
        # Of two turns, one is given one address and the other two.
        return once, more if len(more) > 1 else more * _TURNS

    def _asks_with_questions(self, rule: Rule, urls: list[str]) -> Iterator[tuple[str, list[Ask]]]:
        """Each question that is put to a route, the best first; every route is asked ``q`` once."""
        known = self._asked_by(rule)
        for name in self.questions:
            if name not in known and name != "q":
                continue
            values = self.questions[name] if name in known else self.questions[name][:1]
            url = _public(urls) if name in _OF_THE_PAST else urls[0]
            yield (
                name,
                [
                    Ask(exit_of(rule), "GET", f"{url}?{urlencode({name: value})}")
                    for value in values
                ],
            )

    def posts(self, *, thorough: bool = True, turn: int | None = None) -> Iterator[Ask]:
        """What is written: every unsafe route, with forms that would tell or change something.

        Not ``thorough``: forms are asked about a few secrets each, the API about all. With a
        ``turn``: see ``gets``.
        """
        for place, rule in enumerate(self._rules):
            for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
                if rule.endpoint in _LAST or _GIT.search(rule.rule):
                    continue
                exit = exit_of(rule)
                urls = list(self._urls(rule))
                if len(urls) > 10:
                    urls = [*urls[:6], *urls[-5:-1]]
                if rule.rule.startswith("/-/api/"):
                    for url in urls:
                        yield Ask(exit, method, url, json={"text": "# x\n", "message": "x"})
                    continue
                if turn is not None:
                    urls = urls[:_EACH] + urls[_EACH:][(place + turn) % _TURNS :: _TURNS]
                for url in urls if thorough else urls[:2]:
                    yield Ask(exit, method, url, form=self.form())
                for action in actions_of(exit) if thorough else ():
                    if exit in ("myself", "sessions") and action in _OF_ONESELF:
                        continue
                    yield Ask(exit, method, urls[0], form=self.form(action=action))

    def form(self, **more: object) -> dict[str, object]:
        """A form with every field that some form has, each about a secret."""
        path = KINDS["team"][0]
        return {
            "kinds": "need",
            "text": "# Pris\n\nTexte\n",
            "base": self._world.hidden_commits[0],
            "message": "x",
            "to": KINDS["members"][0],
            "path": path,
            "page": canary("person", "path"),
            "person": canary("person", "path"),
            "parent": path,
            "presence": "all",
            "move": path,
            "sure": path,
            "ids": "a" * 16,
            "project": path,
            "about": "b-team0000",
            "title": "Pris",
            "kind": "page",
            "value": path,
            "email": f"{canary('insider', 'address')}@example.org",
            "name": "Quelqu'un",
            "id": self._world.ids[0],
            "spam": self._world.ids[0],
            "revoke": self._world.ids[-1],
            "code": "x",
            "role": "admin",
            "answer": "non",
            "outcome": "x",
            "line": "1",
            "stop": "",
            "below": "1",
            "days": "30",
            "scopes": "read",
            "uses": "5",
            "until": "2027-01-01",
            "lang": "fr",
            "with_page": "1",
            "unfilled": "1",
            "hidden": "",
            "new_password": "encore une longue phrase",
            "words": "S'il vous plaît",
            "reason": "mine",
            "rhythm": "day",
            "next": f"/{path}",
            "guest": self._world.people["insider"].id,
            "key": "b-team0000",
            "what": "x",
            "undo": "x",
            "all": "1",
            "link": "https://example.org/",
            "state": "pilot",
            "act": "yes",
            "listed": "1",
            "access": "x",
            "allows": "read",
            "in": "readers",
            "member": path,
            "part": "x",
            "label": "x",
            "topic": "x",
            "keyword": "sol",
            "one": "x",
            "other": path,
            "seen": "x",
            "piece": "x",
            "mark": "x",
            "told": "1",
            "who": path,
            "password": "pas le bon mot",
            "client_id": "x",
            "resource": "x",
            "token": "x",
            "refresh_token": "x",
            "challenge": "x",
            "credential": "",
            "digits": "123456",
            "recovery": "",
            "offered": "x",
            "trust": "",
            "session": "x",
            "kept": "x",
            "choice": "later",
            "why": "x",
            "reasons": "early",
            "doors": path,
            "open": "1",
            "wanted": "1",
            "least": "5",
            "last_day": "2027-01-01",
            "passage": "x",
            "quote": "agriculture",
            "template": path,
            "scope": "below",
            "format": "markdown",
            "territory": "x",
            "themes": "x",
            "team": path,
            "place": "x",
            "day": "2027-03-18",
            "begin": "18:30",
            "end": "21:30",
            "capacity": "60",
            "task": "x",
            "cancelled": "",
            "helps": "x",
            "missing": "x",
            "knows": "x",
            "test": "x",
            "hypothesis": "x",
            "shown": "1",
            "section": "titre",
            "question": "x",
            "fate": "kept",
            "reply": "x",
            "revision": self._world.hidden_commits[0],
            "change": "1",
            "device": "a" * 16,
            "target": path,
            "picture": canary("team", "file"),
            "description": "x",
            "instead": path,
            "relay": "1",
            "head": "actions",
            "welcome": "x",
            "footer": "x",
            "address": f"/{path}",
            "show": "1",
            "guide": "project",
            "smtp_host": "",
            "smtp_port": "587",
            "smtp_user": "",
            "smtp_password": "",
            "smtp_starttls": "1",
            "mail_from": "carrefour@localhost",
            "site_name": "Carrefour",
            "time_zone": "Europe/Paris",
            "repository": "https://127.0.0.1/x.git",
            "archive": "backup.tar.gz",
            "archive_key": "AGE-SECRET-KEY-1",
            "archive_file": canary("team", "file"),
            "file": canary("team", "file"),
            "into": path,
            "site": "mediawiki",
            "site_into": path,
            "then": "write",
            "source": "folder",
            "pages": "keep",
            "base_url": "http://127.0.0.1:8080",
            **more,
        }

    def _urls(self, rule: Rule) -> Iterator[str]:
        urls: list[dict[str, Any]] = [{}]
        names = sorted(rule.arguments)
        for name in names:
            converter = rule._converters[name]
            if isinstance(converter, AnyConverter):
                words = sorted(converter.items, reverse=True)
            elif (known := "id" if name.endswith("_id") else name) in self.words:
                words = self.words[known]
                if known == "path" and _OF_EVENTS.match(rule.rule):
                    words = [_EVENT, *words]
                if known == "path" and _OF_DOSSIERS.match(rule.rule):
                    words = [_DOSSIER, *words]
            else:
                raise UnknownParameter(
                    f"The crawl does not know what <{name}> of {rule.rule} ({rule.endpoint}) is:"
                    " give Exits.words (tests/leaks/exits.py) what leads to a secret by it."
                )
            urls = [{**values, name: word} for values in urls for word in words]
        for values in urls:
            built = rule.build({**values, **(rule.defaults or {})}, append_unknown=False)
            if built is not None:
                yield built[1]

    def _asked_by(self, rule: Rule) -> set[str]:
        """The questions that the module of a route's view reads, or what its plugin shares."""
        if rule.rule.startswith("/-/api/"):
            return {
                "q",
                "question",
                "theme",
                "territory",
                "keyword",
                "project",
                "below",
                "cursor",
                "limit",
                "include",
                "type",
            }
        return names_asked().get(rule.endpoint.partition(".")[0], set())


def exit_of(rule: Rule) -> str:
    """What a route is a part of: the name of its blueprint; the API is one."""
    return "api" if rule.rule.startswith("/-/api/") else rule.endpoint.partition(".")[0]


def _public(urls: list[str]) -> str:
    return next((url for url in urls if url.endswith("ouverte")), urls[-1])


_ASKED = re.compile(r"\b(?:args|values|form)(?:\.get|\.getlist)?[(\[]\"([\w-]+)\"")
_BLUEPRINT = re.compile(r"Blueprint\(\s*\"(\w+)\"")


@cache
def names_asked() -> dict[str, set[str]]:
    """Blueprint → what is read of an address in its module, or by those that its folder shares."""
    found = {name: set(_ASKED.findall(text)) for name, text in _read_by().items()}
    for name in ("search", "needs", "lists", "territories", "catalogue"):
        # Lists with facets: the names of those stand in tables.
        found.setdefault(name, set()).update([*_FACETS, "q"])
    for name in ("status", "status_figures"):
        found.setdefault(name, set()).update([*_FACETS, "year", "event", "state"])
    return found


@cache
def actions_of(blueprint: str) -> list[str]:
    """The actions that forms of ``blueprint`` may ask for: the words that stand in its folder."""
    text = _read_by().get(blueprint, "")
    if "action" not in _ASKED.findall(text):
        return []
    if blueprint in _ACTIONS_ELSEWHERE:
        return _ACTIONS_ELSEWHERE[blueprint]
    folder = _folders()[blueprint]
    return [action for action in _ACTIONS if f'"{action}"' in folder]


@cache
def _read_by() -> dict[str, str]:
    """Blueprint → the text of its module, and of those of its plugin or folder that have none."""
    found: dict[str, str] = {}
    for path, text in _modules().items():
        for name in _BLUEPRINT.findall(text):
            shared = [one for one in _beside(path) if not _BLUEPRINT.search(one)]
            found[name] = "\n".join([found.get(name, ""), text, *shared])
    return found


@cache
def _folders() -> dict[str, str]:
    """Blueprint → the texts of all modules of its plugin or folder."""
    found: dict[str, str] = {}
    for path, text in _modules().items():
        for name in _BLUEPRINT.findall(text):
            found[name] = "\n".join([found.get(name, ""), text, *_beside(path)])
    return found


def _beside(path: Path) -> list[str]:
    """The modules of its plugin or folder; views of the core stand each by itself."""
    return [] if path.parent == ROOT / "wiki" / "web" else _by_folder()[path.parent]


@cache
def _by_folder() -> dict[Path, list[str]]:
    found: dict[Path, list[str]] = {}
    for path, text in _modules().items():
        found.setdefault(path.parent, []).append(text)
    return found


@cache
def _modules() -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in _sources()}


def every_question() -> set[str]:
    """What any view of the core or of a plugin reads of an address."""
    return _names(r"request\.(?:args|values)(?:\.get|\.getlist)?[(\[]\"([\w-]+)\"")


def every_field() -> set[str]:
    """What any view reads of a form."""
    return _names(r"request\.(?:form|values)(?:\.get|\.getlist)?[(\[]\"([\w-]+)\"")


def _names(pattern: str) -> set[str]:
    return {name for text in _modules().values() for name in re.findall(pattern, text)}


def _sources() -> Iterator[Path]:
    for folder in (ROOT / "wiki" / "web", ROOT / "plugins"):
        yield from (one for one in sorted(folder.rglob("*.py")) if "tests" not in one.parts)
