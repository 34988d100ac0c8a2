"""The morning after: 500 invitations put, then phones that answer about ten projects.

500 phones within ten minutes are 8 answers a second. Here the last 60 of the 500 answer within one
minute, 10 a second, into urns that hold the answers of the other 440. The reference is a bare Flask
page, asked for by as many phones at the same pace.
"""

import importlib
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.lines import Line, ms, percentile
from bench.load import Browser
from bench.servers import Server, bare_flask, serving
from wiki.api.events import Attendance, attendances
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.mail_dispatch import deliver
from wiki.parts.creation import found
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing.wikis import provide_in

_PEOPLE, _PROJECTS = 500, 10
_PHONES, _SECONDS = 60, 60.0
_EVENT = "evenements/salon"
_FIELDS = {"helped": "idea", "lacking": "proof", "helped_words": "", "known_words": ""}


def _attendances(instance: Instance, event: str) -> list[Attendance]:
    """Everybody was there."""
    return [
        Attendance(f"p{n}", f"Une {n}", f"p{n}@example.org", None, "fr", True, False)
        for n in range(_PEOPLE)
    ]


def run() -> Iterator[Line]:
    """Putting, sending, answering."""
    with tempfile.TemporaryDirectory() as folder, _instance(Path(folder) / "wiki") as wiki:
        began = time.perf_counter()
        _part("closure").run(wiki)
        took = time.perf_counter() - began
        known = _part("store").round_of(wiki, _EVENT)
        assert known.asked == _PEOPLE
        yield Line(
            f"Questionnaire: {_PEOPLE} invitations put",
            ms(took),
            target="≤ 10 s",
            reached=took <= 10,
        )
        began = time.perf_counter()
        assert deliver(wiki) == _PEOPLE
        took = time.perf_counter() - began
        yield Line("… and given to the outbox, each with a link of its own", ms(took))
        _fill(wiki, known.id)
        tokens = [_part("tokens").make_token(wiki.secret, known.id) for _ in range(_PHONES)]
        with bare_flask(workers=2) as server:
            bare = _phones(lambda number: _views(server, number, _SECONDS / 4), _PHONES)
        with serving(wiki.settings.instance, workers=2) as server:
            times = _phones(lambda number: _answers(server, tokens[number], number), _PHONES)
        told = _part("store").urns_of(wiki, known.id)
        lost = sum(_PEOPLE - one.count for one in told.values())
        assert len(told) == _PROJECTS
    posts = [one for kind, one in times if kind == "post"]
    views = [one for kind, one in times if kind == "get"]
    reference = percentile([one for _kind, one in bare], 0.95)
    for name, found_times in (("answer", posts), ("screen", views)):
        worst = percentile(found_times, 0.95)
        yield Line(
            f"… one {name}, {len(posts) / _SECONDS:.0f} answers a second, p95",
            ms(worst),
            f"a bare page at this pace {ms(reference)}",
            f"{worst / reference:.1f} ×",
            "≤ 300 ms",
            worst <= 0.3,
        )
    yield Line("… answers lost", f"{lost} of {len(posts)}", target="0", reached=lost == 0)


def _answers(server: Server, token: str, number: int) -> list[tuple[str, float]]:
    """One phone: a screen, what one thinks, an answer, the next screen."""
    chance, times = random.Random(number), []  # noqa: S311
    phone, url = Browser(server), f"/-/questionnaires/answer/{token}"
    time.sleep(chance.random() * _SECONDS / 6)
    pause = _SECONDS * 5 / 6 / (_PROJECTS + 1)
    step = f"{url}?step=1"
    for project in range(_PROJECTS):
        seen = phone.get(step)
        assert seen.status == 200, seen.text
        time.sleep(chance.uniform(0.5, 1.5) * pause)
        said = f"Un mot de {number} sur le projet {project}, " + "et la suite " * chance.randint(
            0, 9
        )
        sent = phone.post(url, project=f"projets/p{project}", **{**_FIELDS, "lacking_words": said})
        assert sent.status == 303, sent.text
        times += [("get", seen.seconds), ("post", sent.seconds)]
        step = sent.headers["location"]
    return times


def _views(server: Server, number: int, seconds: float) -> list[tuple[str, float]]:
    chance, phone = random.Random(number), Browser(server)  # noqa: S311
    times = []
    for _ in range(5):
        time.sleep(chance.uniform(0.5, 1.5) * seconds / 5)
        times.append(("get", phone.get("/").seconds))
    return times


def _phones(
    answer: Callable[[int], list[tuple[str, float]]], count: int
) -> list[tuple[str, float]]:
    """What each of ``count`` phones, all at once, took. Raises what one of them did."""
    times: list[tuple[str, float]] = []
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            times.extend(answer(number))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if failed:
        raise failed[0]
    return times


def _fill(wiki: Instance, round_id: str) -> None:
    """The answers of those who were quicker."""
    urns, models = _part("ballots"), _part("models")
    with wiki.private.session() as session:
        for project in range(_PROJECTS):
            urn = urns.Urn()
            for number in range(_PEOPLE - _PHONES):
                said = f"{number}: un mot sur ce projet, assez long pour être d’une personne"
                urn = urn.with_answer(urns.Answer({"helped": ["idea"]}, {"helped": said}))
            row = models.UrnRow(
                round=round_id, project=f"projets/p{project}", answers=urns.written(urn)
            )
            session.add(row)


@contextmanager
def _instance(folder: Path) -> Iterator[Instance]:
    settings = load_settings(folder, {})
    found(settings, empty=True)
    instance = open_instance(settings)
    provide_in(instance, attendances, _attendances)
    start = instance.private.now().astimezone(settings.zone).date() - timedelta(days=2)
    shown = ", ".join(f"'[[projets/p{n}]]'" for n in range(_PROJECTS))
    files = {
        f"{_EVENT}.md": f"---\ntype: event\nstarts: {start}\nprogramme: [{shown}]\n---\n# Salon\n",
        **{f"projets/p{n}.md": f"---\ntype: project\n---\n# P {n}\n" for n in range(_PROJECTS)},
    }
    changes: dict[str, bytes | None] = {name: text.encode() for name, text in files.items()}
    head = instance.repository.head()
    commit(instance.repository, head, changes, Author("Une", "une@people.invalid"), "x")
    try:
        yield instance
    finally:
        close_instance(instance)


def _part(name: str) -> Any:
    """A module of the plugin, as the wiki loads it."""
    return importlib.import_module(f"wiki_plugins.questionnaires.{name}")
