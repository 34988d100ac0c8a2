"""Records, tokens and bodies of any kind: taken, or refused in words; never half, never forged."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import WikiError
from wiki.imports.pipeline import import_path
from wiki.people.accounts.access_tokens import issue
from wiki.repository.process import run
from wiki.testing import Place, token

from .material import fuzzed, part, spoilt, words
from .quiet import quiet

if TYPE_CHECKING:
    from wiki.instance import Instance

records = part("carrefour", "records")
WHOLE: Mapping[str, Mapping[str, Any]] = {
    "projects.jsonl": {
        "slug": "pluie",
        "title": "Pluie",
        "team": ["personne-1"],
        "sponsors": ["org-1"],
        "themes": ["Eau"],
        "body_markdown": "<b>Hier</b>",
        "website": "https://example.org/",
        "status_history": [{"kind": "phase", "state": "Construction", "date": "2020-02-01"}],
    },
    "people.jsonl": {"id": "personne-1", "role": "Agronome", "skills": ["sols"]},
    "organisations.jsonl": {"id": "org-1", "name": "Une mairie", "kind": "commune"},
    "themes.jsonl": {"label": "Eau", "aliases": ["eaux"]},
    "history.jsonl": {
        "slug": "pluie",
        "date": "2019-03-01T10:00:00+01:00",
        "author": "auteur-7",
        "message": "Un",
        "text": "---\ntitle: Pluie\nphases: [{name: end, start: 2019-01-01}]\n---\nAvant.\n",
    },
}
anything = st.recursive(
    st.one_of(words(), st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(words(), inner, max_size=2)
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def place(shared_wiki: "tuple[Instance, Flask]") -> Iterator[Place]:
    made = Place(*shared_wiki)
    made.write({"index.md": "# Accueil\n", "projets/lora.md": "---\ntype: project\n---\n# LoRa\n"})
    made.person("Admin", "admin")
    made.keep()
    yield made


@pytest.fixture(scope="module")
def secret(place: Place) -> str:
    """A token that is good for all that programs do."""
    person = place.people["admin"].id
    return issue(place.instance.private, person, name="x", scopes=("read", "write"), days=None)


@contextmanager
def unseen(_label: str) -> Iterator[Callable[[int, int | None], None]]:
    yield lambda _done, _total: None


@st.composite
def lines(draw: st.DrawFn, file: str) -> bytes:
    """The lines of a file, some of them other records, or none."""
    record: dict[str, Any] = dict(WHOLE[file])
    for name in draw(st.sets(st.sampled_from(sorted(record)), max_size=2)):
        record[name] = draw(anything)
    line = json.dumps(record).encode() + b"\n"
    return draw(st.one_of(st.just(line), spoilt([line], [b"[" * 100_000, b"\xff", b"\\ud800"])))


@fuzzed(3)
@given(st.fixed_dictionaries({file: lines(file) for file in WHOLE}))
def test_any_records_are_imported_whole_or_not_at_all(
    place: Place, files: Mapping[str, bytes]
) -> None:
    place.rewind()
    repository = place.instance.repository
    with TemporaryDirectory() as name:
        for file, data in files.items():
            (Path(name) / file).write_bytes(data)
        try:
            import_path(place.instance, "carrefour", Path(name), steps=unseen)
        except WikiError as refused:
            assert refused.words
    status, _said = run(repository.folder, "fsck", "--strict", accept=(0, 1, 2, 4))
    assert status == 0
    for path, _blob in repository.files(repository.head()):
        found = repository.read(path, repository.head())
        assert found is not None and found.data.decode()


@fuzzed(60)
@given(st.data())
def test_no_token_is_taken_but_those_that_we_made(place: Place, data: st.DataObject) -> None:
    from wiki.signed_links import SignedLink

    instance = place.instance
    questions, tickets = part("questionnaires", "tokens"), part("coediting", "tickets")
    link = SignedLink("fuzz", "fuzz", str)
    secret = instance.secret
    kinds: list[tuple[str, Callable[[str], object]]] = [
        (link.token(instance, "projets/lora"), lambda word: link.read(instance, word)),
        (questions.make_token(secret, "a1b2"), lambda word: questions.read_token(secret, word)),
        (
            tickets.write_ticket(secret, "p", "s", "page"),
            lambda word: tickets.read_ticket(secret, word),
        ),
    ]
    whole, read = data.draw(st.sampled_from(kinds))
    assert read(whole) is not None
    other = data.draw(spoilt([whole.encode()])).decode("utf-8", "surrogateescape")
    assert other == whole or read(other) is None


bodies = st.one_of(
    anything.map(json.dumps).map(str.encode),
    st.fixed_dictionaries(
        {},
        optional={
            name: st.one_of(words("# LoRa\n", "projets/lora", "Titre"), anything)
            for name in ("text", "message", "path", "title", "epoch", "update", "base", "x")
        },
    )
    .map(json.dumps)
    .map(str.encode),
    spoilt(
        [b'{"text": "# A\\n", "message": "x"}'],
        [b"[" * 5_000, b"NaN", b"1e999", b"\\ud800", b'"text": 1,', b"\xff\xfe"],
    ),
)


ROUTES = (
    ("PUT", "/-/api/v1/pages/projets/lora"),
    ("PUT", "/-/api/v1/pages/projets/neuf"),
    ("PATCH", "/-/api/v1/pages/projets/lora"),
    ("DELETE", "/-/api/v1/pages/projets/neuf"),
    ("POST", "/-/api/v1/pages/projets/lora"),
    ("POST", "/-/coediting/ticket/projets/lora"),
    ("POST", "/-/coediting/hand/projets/lora"),
    ("POST", "/-/edit/projets/lora"),
)
KINDS = ("application/json", "application/json", "application/json; charset=utf-16", "text/plain")


@fuzzed(25)
@given(st.data())
def test_any_body_of_json_is_answered(place: Place, secret: str, data: st.DataObject) -> None:
    method, url = data.draw(st.sampled_from(ROUTES))
    headers = {"X-CSRFToken": token(place.client("admin"))}
    if data.draw(st.booleans()):
        headers["If-Match"] = data.draw(st.sampled_from(["*", '"x"', 'W/"x"', ",", '"' * 9]))
    client = place.client("admin")
    if data.draw(st.booleans()):
        client, headers["Authorization"] = place.app.test_client(), f"Bearer {secret}"
    kind, body = data.draw(st.sampled_from(KINDS)), data.draw(bodies)
    with quiet():
        answer = client.open(url, method=method, data=body, headers=headers, content_type=kind)
    assert answer.status_code < 500, answer.get_data(as_text=True)[-2_000:]
    if "json" in answer.content_type:
        json.loads(answer.data, parse_constant=pytest.fail)
