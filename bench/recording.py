"""What the wiki answers, recorded before a change of the code and compared after it.

    python -m bench.recording make FOLDER [--data DIR]   # the wikis to ask, once
    python -m bench.recording record FOLDER FILE         # what this checkout answers
    python -m bench.recording compare FILE FILE          # what differs, byte by byte

Two wikis: the starter content, and the records in ``DIR`` (never copied into the project: FOLDER
and FILE stay outside). Each address that an administrator finds by links and by the tables of
routes is asked for by each role in both languages. Tokens and moments of the day are masked, and
the clock of private rows stands still.
"""

import argparse
import json
import re
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path
from sqlite3 import Connection, connect
from tempfile import TemporaryDirectory
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from wiki.app import create_app
from wiki.cli.console import progress
from wiki.config import load_settings
from wiki.hookspecs.background import importer
from wiki.imports.pipeline import import_path
from wiki.instance import Instance, close_instance, open_instance
from wiki.parts.creation import found
from wiki.people.accounts import add_person, find_person, set_page
from wiki.reading import Reader
from wiki.reading.lists import get_row, list_paths
from wiki.testing.browsers import signed_in
from wiki.web.api.mounting import api_of

#: addresses asked of one wiki
MOST = 1500
LANGUAGES = ("fr", "en")
ROLES = ("", "member", "team", "programme", "admin")
_NOW = datetime(2027, 1, 15, 9, tzinfo=UTC)
_QUERIES = (
    "capteur",
    "agriculture",
    "atelier",
    "besoin",
    "theme:agriculture",
    "eau énergie",
    "xyzzy",
)
#: what says who asks, when, or how this process stands, rather than what the wiki holds
_SKIPPED = re.compile(r"/-/(?:logout|metrics|readyz|healthz|static/|coediting/|calendar/random)")
_MASKS = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r'(name="csrf[-_]token"[^>]*?(?:value|content)=")[^"]+', r"\1TOKEN"),
        (r"(X-CSRFToken[^A-Za-z0-9]+)[\w.\-]{40,}", r"\1TOKEN"),
        (r"\bIm[\w\-]{40,}\.[\w\-]{6}\.[\w\-]{27}", "TOKEN"),
        (r"\b[\w\-]{30,}\.[\w\-]{6}\.[\w\-]{20,43}\b", "SIGNED"),
        (r'(name="opened" value=|"opened":)"[^"]+"', r'\1"STAMP"'),
        (r'(name="key" value=)"[^"]+"', r'\1"KEY"'),
        (r'("token":)"[^"]+"', r'\1"TOKEN"'),
        (r"/-/static/[\w./\-]+", "/-/static/FILE"),
        (r'(nonce[-=]"?)[\w\-+/=]{16,}', r"\1NONCE"),
        (r"\d{8}T\d{6}Z", "MOMENT"),
        (r'(name="(?:since|started|seen|moment)"[^>]*value=")[^"]+', r"\1MOMENT"),
    )
)
_HREF = re.compile(r'(?:href|src|action)="([^"#]+)')


def make(folder: Path, data: Path | None) -> None:
    """Makes the wikis in ``folder``, which must not exist yet."""
    folder.mkdir(parents=True)
    for name in ("starter", "data") if data is not None else ("starter",):
        settings = load_settings(folder / name, environ={})
        found(settings, empty=False)
        instance = open_instance(settings)
        try:
            if name == "data" and data is not None:
                _import(instance, data)
            _people(instance)
        finally:
            close_instance(instance)
        shutil.rmtree(folder / name / "index", ignore_errors=True)


def _import(instance: Instance, data: Path) -> None:
    """Imports each folder of ``data`` that a plugin's importer is named after."""
    for name in instance.plugins.keys(importer):
        if (data / name).is_dir():
            import_path(instance, name, data / name, steps=progress)


def _people(instance: Instance) -> None:
    """An account of each role; one is on the team of the first project."""
    for role in ROLES[1:]:
        made = add_person(
            instance.private,
            email=f"{role}@example.org",
            name=f"Compte {role}",
            role="member" if role == "team" else role,
        )
        if role == "team" and (page := _first_of_a_team(instance)):
            set_page(instance.private, made.id, page, by="bench")


def _first_of_a_team(instance: Instance) -> str | None:
    reader = Reader(instance)
    for path in list_paths(reader, "projets/", 300):
        row = get_row(reader, path)
        if row is not None and row.type == "project" and row.facts.get("team"):
            return row.facts["team"][0]
    return None


def record(folder: Path, file: Path, most: int = MOST) -> None:
    """Writes the answers of the wikis in ``folder``, ``most`` addresses each, to ``file``."""
    file.unlink(missing_ok=True)
    with closing(connect(file)) as rows:
        rows.execute("create table answer (key text primary key, body blob)")
        for place in sorted(path for path in folder.iterdir() if path.is_dir()):
            with _opened(place) as (instance, app):
                clients = {role: _client(app, instance, role) for role in ROLES}
                addresses = _addresses(app, clients["admin"], most)
                print(f"{place.name}: {len(addresses)} addresses", file=sys.stderr)
                for number, address in enumerate(addresses):
                    _record(rows, place.name, address, clients)
                    if number % 100 == 99:
                        print(f"  {number + 1}", file=sys.stderr)
        rows.commit()


@contextmanager
def _opened(place: Path) -> Iterator[tuple[Instance, Flask]]:
    """A copy of the wiki at ``place``, everything worked out from git made anew."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "instance"
        shutil.copytree(place, copy)
        instance = open_instance(load_settings(copy, environ={}))
        try:
            instance.private.now = lambda: _NOW
            for name in instance.projections:
                instance.projections.catch_up(name)
            yield instance, create_app(instance)
        finally:
            close_instance(instance)


def _client(app: Flask, instance: Instance, role: str) -> FlaskClient:
    person = find_person(instance.private, f"{role}@example.org") if role else None
    return signed_in(app, instance, person) if person else app.test_client()


def _addresses(app: Flask, admin: FlaskClient, most: int) -> list[str]:
    """What an administrator comes to from the tables of routes, breadth first."""
    api = api_of(app)
    rules = [rule for one in (app, api) for rule in one.url_map.iter_rules()]
    first = sorted({r.rule for r in rules if "GET" in (r.methods or ()) and not r.arguments})
    waiting = ["/", *first, *(f"/-/search?q={query}" for query in _QUERIES)]
    waiting += [f"/api/v1/search?q={query}&limit=50" for query in _QUERIES]
    found: dict[str, None] = {}
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if address in found or _SKIPPED.match(address):
            continue
        found[address] = None
        answer = admin.get(address)
        if answer.mimetype == "text/html":
            waiting += _links(address, answer.get_data(as_text=True))
        answer.close()
    return list(found)


def _links(address: str, html: str) -> Iterable[str]:
    for href in _HREF.findall(html):
        url = urldefrag(urljoin(address, href.replace("&amp;", "&")))[0]
        parts = urlsplit(url)
        if not parts.scheme and not parts.netloc and "lang=" not in parts.query:
            yield url


def _record(rows: Connection, place: str, address: str, clients: dict[str, FlaskClient]) -> None:
    for role, client in clients.items():
        for language in LANGUAGES:
            answer = client.get(address, headers={"Accept-Language": language})
            kind = answer.mimetype or ""
            body = answer.get_data()
            if kind.startswith(("text/", "application/json", "application/atom", "image/svg")):
                text = masked(body.decode("utf-8", "replace"))
            else:
                text = f"{len(body)} bytes" if kind.startswith("image/") else ""
            told = f"{answer.status_code} {kind} {answer.headers.get('Location', '')}\n{text}"
            key = f"{place} {role or 'visitor'} {language} {address}"
            rows.execute(
                "insert or replace into answer values (?, ?)", (key, zlib.compress(told.encode()))
            )
            answer.close()


def masked(text: str) -> str:
    """``text`` without what differs from one asking to the next."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def compare(before: Path, after: Path, most: int = 40) -> int:
    """Prints what differs, ``most`` of it in full; returns how many answers do."""
    different = 0
    with closing(connect(before)) as one, closing(connect(after)) as other:
        old, new = (dict(rows.execute("select key, body from answer")) for rows in (one, other))
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) == new.get(key):
            continue
        different += 1
        if different <= most:
            print(key)
            one_text, other_text = (
                zlib.decompress(side[key]).decode().splitlines() if key in side else []
                for side in (old, new)
            )
            lines = unified_diff(one_text, other_text, lineterm="", n=0)
            print(*list(lines)[2:14], sep="\n")
    print(json.dumps({"answers": len(old), "now": len(new), "different": different}))
    return different


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.recording")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("--data", type=Path)
    recording = commands.add_parser("record")
    recording.add_argument("folder", type=Path)
    recording.add_argument("file", type=Path)
    recording.add_argument("--most", type=int, default=MOST, help="addresses of one wiki")
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.command == "make":
        make(options.folder, options.data)
    elif options.command == "record":
        record(options.folder, options.file, options.most)
    else:
        raise SystemExit(bool(compare(options.before, options.after)))


if __name__ == "__main__":
    main()
