"""The administrators’ Monday: a need is there when its cause is, and goes when that is mended."""

import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wiki.backups import maker
from wiki.jobs import overview, usage
from wiki.jobs.runner import run_due
from wiki.people.mail.queue import settle, take
from wiki.people.mail.values import Mail, Refused
from wiki.people.task_runs import end, task_runs
from wiki.repository.objects import BRANCH
from wiki.task_queue import queue_of
from wiki.testing import module_wiki, token
from wiki.testing.obstacles import about_files, lists_held

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
WELL = "Tout va bien : rien ne vous attend."


@pytest.fixture
def admin(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Anne", "admin"))


@pytest.fixture(autouse=True)
def nothing_counted(instance: "Instance") -> None:
    """What the test before had counted is another wiki's."""
    (instance.settings.instance / "index" / "overview.json").unlink(missing_ok=True)


def needs(admin: "FlaskClient") -> str:
    """What stands above the parts of the page."""
    page = admin.get("/-/admin").get_data(as_text=True).replace("\xa0", " ")
    return page[page.index('id="needs"') : page.index('id="part-health"')]


def press(admin: "FlaskClient", url: str, **fields: str) -> None:
    answer = admin.post(url, data={"csrf_token": token(admin), **fields})
    assert answer.status_code == 303, answer.get_data(as_text=True)


def test_after_an_import_what_may_be_lost_comes_before_what_may_wait(
    instance: "Instance", admin: "FlaskClient", write: "Callable[..., str]"
) -> None:
    """Nothing is backed up: that comes first, and that nobody is there for the projects last."""
    text = "---\ntype: project\ntitle: P\nteam: '[[personnes/{n}]]'\n---\n"
    write({f"projets/p{n}.md": text.format(n=n) for n in range(30)})
    overview.run(instance)
    told = needs(admin)
    assert told.index("Rien n’est encore sauvegardé") < told.index("30 espaces n’ont encore")
    press(admin, "/-/admin/backups", action="make")
    maker.run(instance)
    assert "Rien n’est encore sauvegardé" not in needs(admin)


def test_nothing_to_do_is_one_warm_sentence(instance: "Instance", admin: "FlaskClient") -> None:
    assert WELL in needs(admin)
    overview.run(instance)
    assert WELL in needs(admin)


def test_a_mail_that_failed_is_sent_again_or_seen(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    from wiki.mail_dispatch import deliver, send_mail

    for key, words in (("one", "Bonjour."), ("two", "Bonsoir.")):
        send_mail(instance, Mail(key, f"{key}@example.org", "Sujet", words))
        taken = take(instance.private, "here")
        assert taken is not None
        settle(instance.private, "here", Refused(key, "550 no such user"))
    assert "2 courriels n’ont pas pu être envoyés" in needs(admin)
    page = admin.get("/-/admin/mails").get_data(as_text=True)
    assert "one@example.org" in page and "550 no such user" in page and "Bonjour" not in page
    press(admin, "/-/admin/mails", action="again", key="one")
    assert "1 courriel n’a pas pu être envoyé" in needs(admin)
    deliver(instance)
    assert len(list(instance.settings.instance.glob("outbox/*.eml"))) == 1
    press(admin, "/-/admin/mails", action="seen", key="two")
    assert WELL in needs(admin)
    again = admin.post(
        "/-/admin/mails", data={"csrf_token": token(admin), "action": "again", "key": "two"}
    )
    assert again.status_code == 404


def test_tasks_that_fail_or_are_late_are_run_by_a_button(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    private = instance.private
    end(private, "upkeep", "0badcafe OSError: no")
    end(private, "upkeep", "0badcafe OSError: no")
    assert "La tâche « upkeep » a échoué 2 fois de suite." in needs(admin)
    queue = queue_of(instance.settings)
    before = queue.huey.pending_count()
    press(admin, "/-/admin/server", action="run", name="upkeep")
    assert queue.huey.pending_count() == before + 1
    wrong = {"csrf_token": token(admin), "action": "run", "name": "nothing"}
    assert admin.post("/-/admin/server", data=wrong).status_code == 404
    assert run_due(instance)["upkeep"]
    assert WELL in needs(admin)
    now = private.now()
    private.now = lambda: now + timedelta(days=5)
    assert "tâches auraient dû passer depuis longtemps." in needs(admin)
    for run in task_runs(private):
        if run.name != "upkeep":
            end(private, run.name)
    assert "La tâche « upkeep » aurait dû passer depuis longtemps." in needs(admin)
    assert run_due(instance)["upkeep"]
    assert WELL in needs(admin)


@pytest.fixture
def locked_lists(instance: "Instance") -> "Iterator[Any]":
    """The lists, which somebody else writes and does not end."""
    with lists_held(instance) as other:
        yield other


def test_lists_that_stay_behind(
    instance: "Instance",
    admin: "FlaskClient",
    write: "Callable[..., str]",
    locked_lists: Any,
) -> None:
    write({"a.md": "# A\n"})
    assert "ne montrent pas tout" not in needs(admin), "a moment is nothing"
    branch = instance.repository.folder / BRANCH
    long_ago = time.time() - 3600
    os.utime(branch, (long_ago, long_ago))
    assert "ne montrent pas tout" in needs(admin)
    locked_lists.rollback()
    for name in instance.projections:
        instance.projections._later.pop(name, None)
    run_due(instance, everything=True)
    from wiki.jobs.maintenance import catch_up

    catch_up(instance)
    assert "ne montrent pas tout" not in needs(admin)


@about_files("PostgreSQL alters its tables in a transaction and keeps no copy")
def test_a_copy_from_before_an_upgrade_is_deleted_by_hand(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    copy = instance.settings.instance / "private.db.before-people_0001"
    copy.write_bytes(b"rows")
    assert WELL in needs(admin), "one may want to go back"
    old = time.time() - 30 * 86_400
    os.utime(copy, (old, old))
    assert "Une copie d’avant une mise à jour garde encore" in needs(admin)
    for name in ("private.db", "../secret"):
        sent = {"csrf_token": token(admin), "action": "delete-copy", "name": name}
        assert admin.post("/-/admin/server", data=sent).status_code == 404
    press(admin, "/-/admin/server", action="delete-copy", name=copy.name)
    assert not copy.exists() and (instance.settings.instance / "private.db").exists()
    assert WELL in needs(admin)
    assert "copie d’avant une mise à jour" in admin.get("/-/admin/audit").get_data(as_text=True)


def test_rows_of_another_version_ask_for_a_restart(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    from sqlalchemy import delete, insert

    from wiki.people.store.migrations import RevisionRow

    newer = RevisionRow.version_num == "people_9999"
    instance.private.execute(insert(RevisionRow).values(version_num="people_9999"))
    assert "Une autre version du logiciel est installée" in needs(admin)
    instance.private.execute(delete(RevisionRow).where(newer))
    assert WELL in needs(admin)


def test_spaces_and_accounts_that_nobody_is_left_for(
    instance: "Instance",
    admin: "FlaskClient",
    person: "Callable[..., Person]",
    write: "Callable[..., str]",
) -> None:
    from wiki.people.access.grants import grant_guest
    from wiki.people.accounts import set_page

    write(
        {
            "projets/seul.md": "---\ntype: project\ntitle: Seul\nteam: '[[personnes/une]]'\n---\n",
            "personnes/une.md": "---\ntype: person\ntitle: Une\n---\n",
            "page.md": "# Page\n",
        }
    )
    une, deux = person("Une"), person("Deux")
    overview.run(instance)
    assert "1 espace n’a encore personne" in needs(admin)
    page = admin.get("/-/admin/content/orphans").get_data(as_text=True)
    assert "Seul" in page and "/-/access/projets/seul" in page
    set_page(instance.private, une.id, "personnes/une", by="test")
    grant_guest(instance.private, deux.id, "page", by="test")
    overview.run(instance)
    assert "n’a encore personne" not in needs(admin)
    assert "liés à" not in needs(admin)
    write({"page.md": None})
    overview.run(instance)
    assert "1 compte est lié à une page disparue" in needs(admin)
    assert deux.id in admin.get("/-/admin/content/leftovers").get_data(as_text=True)


def test_what_plugins_say_that_waits(admin: "FlaskClient", write: "Callable[..., str]") -> None:
    project = "---\ntype: project\ntitle: Lora\n---\n\n::: besoins\n- [ ] Une soudeuse\n:::\n"
    write({"projets/lora.md": project})
    told = needs(admin)
    assert "à regarder" in told and "/-/queue" in told
    write({"projets/lora.md": None})
    assert WELL in (told := needs(admin)), told


def test_lists_of_content_lead_to_what_mends_them(
    instance: "Instance", admin: "FlaskClient", write: "Callable[..., str]"
) -> None:
    write({"index.md": "# Accueil\n\n[[a]]\n", "a.md": "# A\n\n[[Une idée]]\n", "b.md": "# B\n"})
    write({"b.md": None})
    overview.run(instance)

    def page(name: str) -> str:
        return admin.get(f"/-/admin/content/{name}").get_data(as_text=True).replace("\xa0", " ")

    assert "ligne 3 : Une idée" in page("broken") and "/-/edit/a" in page("broken")
    assert "Une idée" in page("wanted") and "citée par 1 page" in page("wanted")
    assert "Rien ici" in page("unlinked")
    assert "/a" in page("oldest")
    assert admin.get("/-/admin/content/nothing").status_code == 404
    deleted = page("deleted")
    where = deleted[deleted.index("/-/restore/b") :].split('"')[0].replace("&amp;", "&")
    press(admin, where)
    assert "B" in admin.get("/b").get_data(as_text=True)
    assert "/-/restore/b" not in page("deleted")
    press(admin, "/-/admin/content/deleted")
    assert overview.is_due(instance)
    overview.run(instance)
    assert not overview.is_due(instance)


def test_long_lists_are_paged(admin: "FlaskClient", write: "Callable[..., str]") -> None:
    write({f"p{number:03}.md": "[[rien]]\n" for number in range(60)})
    first = admin.get("/-/admin/content/broken").get_data(as_text=True)
    assert first.count('class="row" ') == 50 and "from=50" in first
    rest = admin.get("/-/admin/content/broken?from=50").get_data(as_text=True)
    assert rest.count('class="row" ') == 10 and "p059" in rest and 'rel="next"' not in rest
    assert "p059" in admin.get("/-/admin/content/unlinked?from=50").get_data(as_text=True)


def test_figures_are_sums_that_hold_nobody(
    instance: "Instance",
    admin: "FlaskClient",
    client: "FlaskClient",
    write: "Callable[..., str]",
) -> None:
    from wiki.people.usage import list_uses

    usage.run(instance)
    today = instance.private.now().astimezone(instance.settings.zone).date()
    event = "---\ntype: event\ntitle: Une soirée\nstarts: {} 18:30\nends: {} 21:00\n---\n"
    days = {"past": -3, "today": 0, "soon": 9, "next": 30, "far": 40}
    evenings = {
        f"evenements/{name}.md": event.format(*2 * [today + timedelta(days=number)])
        for name, number in days.items()
    }
    write({"index.md": "# Accueil\n", **evenings})

    def views() -> int:
        rows = list_uses(instance.private, today)
        return sum(one.people + one.programs for one in rows if one.name == "view")

    before = views()
    for _time in range(3):
        client.get("/", headers={"User-Agent": "Mozilla/5.0"})
    assert usage.is_due(instance)
    usage.run(instance)
    assert views() == before + 3 and not usage.is_due(instance)
    client.get("/", headers={"User-Agent": "Mozilla/5.0"})
    page = admin.get("/-/admin/figures").get_data(as_text=True)
    assert "trois nombres par jour" in page
    evenings_told = page[page.index("Soirées des trente derniers jours") :]
    assert re.findall(r'badge">(\d+)<', evenings_told)[:2] == ["1", "3"]
    assert f"<td>{before + 4}</td>" in page, "what no row has yet is told too"
    columns = {column.name for column in list_uses.__globals__["UseRow"].__table__.columns}
    assert columns == {"day", "name", "people", "programs"}


def test_health_tells_processes_speed_and_kept_answers(
    admin: "FlaskClient", client: "FlaskClient", write: "Callable[..., str]"
) -> None:
    write({"index.md": "# Accueil\n"})
    client.get("/")
    page = admin.get("/-/admin/health").get_data(as_text=True)
    assert "Mo" in page and "Pages" in page and " ms" in page.replace("\xa0", " ")
    for name in ("health", "faults", "figures", "mails", "server", "content/broken"):
        assert client.get(f"/-/admin/{name}").status_code == 302, name
