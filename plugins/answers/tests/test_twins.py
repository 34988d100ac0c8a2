"""Two wikis, of which one holds secrets beside all that the other holds, answer an outsider alike.

By words and by meaning, on SQLite and on PostgreSQL: no passage, order, score, silence, page that
is near, nor misspelling that is put right tells of what is hidden.
"""

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from wiki.config import load_settings
from wiki.instance import Instance
from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing.databases import drop_database, new_database
from wiki.testing.wikis import opened

from .conftest import PAGES

_POSTGRES = os.environ.get("WIKI_TEST_POSTGRES", "")
_OPEN = {name: text for name, text in PAGES.items() if "visibility" not in text}
_QUESTIONS = (
    "Quels projets parlent de ruches ?",
    "Qu’est devenu Ruchéo ?",
    "Combien de frelons compte Melkor ?",
    "Quel projet s’occupe des frelons ?",
    "Combien a coûté Ruchéo ?",
    "Depuis quand Ruchéo a-t-il un pilote ?",
    "miell et frelonns à distence",
    "un transport nocturne pour les salariés",
    "Melkor",
)


def _secret(title: str, body: str, **head: str) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in head.items())
    return f"---\ntype: project\ntitle: {title}\n{lines}---\n{body}\n"


#: by who sees it: alike in words, meaning, title, story, and in misspellings
_HIDDEN: Mapping[str, Mapping[str, str]] = {
    "members": {
        "a/index.md": _secret("Ruchéo", "Les ruches, le miel, les frelons.", visibility="members"),
        "projets/bus/nuit.md": _secret("Bus", "Des miell la nuit.", visibility="members"),
        "projets/melkor.md": _secret(
            "Melkor",
            "250 frelons. Il a coûté 40 000 €.\n\n"
            "::: historique\n- 2026-01-01 pilote — Frelons\n\n:::",
            visibility="members",
            summary="Un radar à frelons",
        ),
    },
    "team": {
        "equipe/frelons.md": _secret(
            "Frelons", "Des frelonns et 12 frelons à distence.", visibility="team"
        ),
        "zz/index.md": _secret(
            "Ruchéo", "Depuis 2019, des navettes de nuit. 9 €.", visibility="team"
        ),
    },
}
#: who sees the pages of members, and none of a team that they are not in
_ROLES = ("reader", "member", "connector", "correspondent", "programme")


@contextmanager
def _wiki(folder: Path, store: str) -> Iterator[Instance]:
    folder.mkdir()
    settings = load_settings(folder, environ={})
    with ExitStack() as at_end:
        if store == "postgresql":
            name = new_database()
            at_end.callback(drop_database, name)
            url = f"{_POSTGRES.rsplit('/', 1)[0]}/{name}"
            (folder / "wiki.toml").write_text(f'database_url = "{url}"\nindex = "database"\n')
            settings = load_settings(folder, environ={})
        found(settings, empty=True)
        object.__setattr__(settings, "encoder", "use")
        yield at_end.enter_context(opened(settings))


def _write(instance: Instance, files: Mapping[str, str]) -> None:
    changes: dict[str, bytes | None] = {name: text.encode() for name, text in files.items()}
    head, author = instance.repository.head(), Author("Une main", "main@people.invalid")
    commit(instance.repository, head, changes, author, "by hand")


def _told(instance: Instance, person: Person | None) -> list[Any]:
    ask = importlib.import_module("wiki_plugins.answers.answers").ask
    return [ask(question, Reader(instance, person), 20) for question in _QUESTIONS]


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_wiki_with_secrets_answers_as_one_without(tmp_path: Path, store: str) -> None:
    if store == "postgresql" and not _POSTGRES:
        pytest.skip("WIKI_TEST_POSTGRES names no server")
    with _wiki(tmp_path / "full", store) as full, _wiki(tmp_path / "twin", store) as twin:
        vectors = importlib.import_module("wiki_plugins.answers.vectors")
        # Secrets come first, between and last: their rows have numbers too.
        for hidden in _HIDDEN.values():
            _write(full, hidden)
        for instance in (full, twin):
            vectors.shelf_of(instance)
            _write(instance, _OPEN)
        _write(full, {f"s{at}/index.md": _HIDDEN["team"]["zz/index.md"] for at in range(9)})
        people = {
            (id(one), role): add_person(
                one.private, email=f"{role}@example.org", name=role, role=role
            )
            for one in (full, twin)
            for role in _ROLES
        }
        for by_meaning in (False, True):
            if by_meaning:
                for one in (full, twin):
                    vectors.read_new(one)
            assert _told(full, None) == _told(twin, None), by_meaning
        # Members see what is theirs in both.
        _write(twin, _HIDDEN["members"])
        vectors.read_new(twin)
        for role in _ROLES:
            ours, theirs = (_told(one, people[id(one), role]) for one in (full, twin))
            assert ours == theirs, role
            assert any(one.passages and one.passages[0].path == "projets/melkor" for one in ours)
