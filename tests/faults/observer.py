"""What a wiki answers to those who ask for much of it: in a process of its own, which may crash.

``python -m tests.faults.observer FOLDER MOMENT [DAMAGE]`` prints one JSON object. With a damage the
wiki is asked, damaged while it is open, and asked again; with ``once``, it is not asked twice.
"""

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.leaks.asking import ROLES, Asker, Role, spoken
from tests.leaks.canaries import canary
from tests.leaks.exits import Ask
from tests.leaks.world import World, settings_of

_TEAM = canary("team", "path")
ASKED = (
    "/",
    "/ouvert",
    "/ouvert.md",
    "/listes",
    "/projets/lora",
    "/dossiers/sols",
    "/nulle-part",
    "/projets/lora/plan.png?width=480",
    f"/{canary('members', 'path')}",
    f"/{_TEAM}",
    "/-/history/ouvert",
    "/-/links/ouvert",
    "/-/edit/projets/lora",
    "/-/search?q=agriculture",
    "/-/suggest?q=lor",
    "/-/changes.atom",
    "/-/needs",
    "/-/near?of=projets/lora",
    "/-/ask?q=que+dit-on+de+l%27agriculture",
    "/-/account",
    "/-/api/v1/pages/projets/lora",
    "/wiki.git/info/refs?service=git-upload-pack",
    "/-/moderation",
)
#: what a visitor asks for too, whose answers come from elsewhere
_VISITED = ("/", "/ouvert", f"/{_TEAM}", "/-/search?q=agriculture", "/-/changes.atom", "/-/needs")
#: in place of a damage: what was mended is looked at once
ONCE = "once"
#: what makes files that requests read
_TASKS = ("near", "matching", "answers")
_VISITOR = ROLES[0]
_ADMIN = Role("admin", "admin")


def observe(folder: Path, moment: datetime, damage: str = "") -> dict[str, Any]:
    """The answers by who asks and what for, or why the wiki does not open."""
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.errors import WikiError
    from wiki.instance import close_instance, open_instance
    from wiki.people.accounts import find_person
    from wiki.translation import keep_compiled

    lines: list[str] = []
    _keep_log(lines)
    try:
        settings = load_settings(folder, environ={}, **settings_of(folder))
        instance = open_instance(settings)
        create_app(instance)
    except WikiError as error:
        return {"refused": error.words, "log": lines}
    instance.private.now = lambda: moment
    keep_compiled(folder / "index" / "translations")  # as a server does
    world = World(instance, frozenset({"all"}))
    told: dict[str, Any] = {"log": lines}
    try:
        found = find_person(instance.private, f"{canary('admin', 'address')}@example.org")
        if found:
            world.people["admin"] = found
        if damage not in ("", ONCE):
            from tests.faults.corruptions import CORRUPTIONS

            told["before"] = dict(_answers(world))
            CORRUPTIONS[damage].apply(folder)
        # What is made again may first be said to be in the making.
        told["first"] = {} if damage == ONCE else dict(_answers(world))
        told["answers"] = dict(_answers(world))
        close_instance(instance)
    except WikiError as error:
        told["refused"] = error.words
    return told


def _answers(world: World) -> Iterator[tuple[str, str]]:
    """What is answered; before, what the process of tasks does within a minute."""
    from wiki.jobs.tasks import tasks_of

    tasks = tasks_of(world.instance)
    for name in _TASKS:
        # One that fails is told as such by the process of tasks, and runs again in a minute.
        with suppress(sqlite3.DatabaseError):
            tasks[name].run(world.instance)
    world.instance.mailer.send("awa@example.org", "Un mail", "Un mail.")
    yield "the outbox", f"{any((world.instance.settings.instance / 'outbox').glob('*.eml'))}"
    for role in (_VISITOR, _ADMIN):
        if role.person and role.person not in world.people:
            yield role.name, "no account"
            continue
        asker = Asker(world, role)
        for url in ASKED if role.person else _VISITED:
            yield f"{role.name} {url}", spoken(asker.ask(Ask("", "GET", url)))


def _keep_log(lines: list[str]) -> None:
    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root = logging.getLogger()
    root.handlers[:] = [Keeper(logging.WARNING)]


def main() -> None:
    """Prints what is observed."""
    folder, moment, *damage = sys.argv[1:]
    # Whatever a library prints is not ours.
    out = os.dup(1)
    os.dup2(2, 1)
    told = observe(Path(folder), datetime.fromisoformat(moment), *damage)
    with os.fdopen(out, "w") as answer:
        json.dump(told, answer)


if __name__ == "__main__":
    main()
