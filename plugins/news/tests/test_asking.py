"""News is asked for once a milestone, by one mail a month, and answered by a link, once."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wiki.api.reading import get_page
from wiki.testing import PASSWORD, Place, free_port, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person

Write = Callable[..., str]
NAMES = ("lora", "serre", "autre", "fini", "vieux", "raconte")
EVENING = "---\ntype: event\ntitle: Carrefour\nstarts: 2026-12-01\n---\n# Carrefour\n"


def project(title: str, *lines: str, team: str = "personnes/awa", shown: str = "soir") -> str:
    story = "\n".join(f"- {line}" for line in lines)
    head = f"type: project\ntitle: {title}\nteam: ['[[{team}]]']\n"
    head += f"presented: ['[[{shown}]]']\n" if shown else ""
    return f"---\n{head}---\nTexte.\n" + (f"\n::: historique\n{story}\n\n:::\n" if lines else "")


@pytest.fixture
def asking(plugin_module: Callable[[str], Any]) -> Any:
    return plugin_module("requests")


@pytest.fixture
def owner(write: Write, person: "Callable[..., Person]", days: Any) -> "Person":
    write(
        {
            "soir.md": EVENING,
            "lora.md": project("LoRa", "2026-12-01 concept — Présenté"),
            "autre.md": project("Autre", team="personnes/marc"),
            "fini.md": project("Fini", "2026-12-02 arrêté — C’est tout"),
            "vieux.md": project("Vieux", "2020-01-01 idée — Loin", shown=""),
            "raconte.md": project("Raconté", "2027-01-15 — Une nouvelle", "2026-12-01 idée"),
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
            "personnes/marc.md": "---\ntype: person\n---\n# Marc\n",
        }
    )
    return person("Awa", page="personnes/awa")


def mails(instance: "Instance") -> list[Any]:
    from sqlalchemy import select

    models = import_module("wiki.people.models.background")
    with instance.private.reading() as session:
        return list(session.scalars(select(models.MailRow)).all())


def newest(instance: "Instance") -> str:
    return str(max(mails(instance), key=lambda one: one.created).text)


def links(instance: "Instance") -> list[str]:
    """Still, one step on, paused, stopped, handed over, something else, no news, no more."""
    [mail] = mails(instance)
    found = re.findall(r"(/-/news/answer/\S+)", mail.text)
    assert len(found) == 8
    return found


def text(instance: "Instance", path: str = "lora") -> str:
    from wiki.reading import Reader

    return get_page(Reader(instance, audience=frozenset({"all"})), path).text


def press(client: "FlaskClient", url: str, **data: str) -> Any:
    return client.post(url, data={"csrf_token": token(client, url), **data})


def test_only_who_owes_news_is_asked_and_once(
    instance: "Instance", asking: Any, owner: "Person"
) -> None:
    assert [asking.run(instance) for _number in range(3)] == [1, 0, 0]
    [mail] = mails(instance)
    assert mail.to == owner.email and mail.secret
    assert "LoRa" in mail.subject and "concept — Présenté" in mail.text
    for word in ("Autre\n", "Fini", "Vieux", "Raconté"):
        assert word not in mail.text and word not in mail.html


def test_the_mail_tells_nothing_that_is_not_so(
    instance: "Instance", asking: Any, owner: "Person", write: Write
) -> None:
    write(
        {
            "lora.md": project("LoRa"),
            "serre.md": project("Serre", "2026-12-02 concept — Dit", shown=""),
            "autre.md": project("Autre", shown="ferme"),
            "fini.md": project("Fini").replace("type:", "visibility: team\ntype:"),
            "vieux.md": project("Vieux", "Sans date", "2027-05-01 — Plus tard", shown="annule"),
            "ferme.md": EVENING.replace("type:", "visibility: team\ntype:").replace(
                "Carrefour", "Secret"
            ),
            "annule.md": EVENING.replace("type:", "cancelled: oui\ntype:"),
            "raconte.md": None,
        }
    )
    assert asking.run(instance) == 1
    [mail] = mails(instance)
    for words in (one.replace("\xa0", " ") for one in (mail.text, mail.html)):
        assert words.count("Présenté le 1er décembre 2026 : Carrefour") == 1
        assert words.count("Présenté le") == 1
        for lie in ("rencontré", "Secret", "Fini", "pas commencé"):
            assert lie not in words
        assert all(title in words for title in ("LoRa", "Serre", "Autre"))


def test_looking_changes_nothing_and_the_button_writes_in_their_name_once(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient", days: Any
) -> None:
    asking.run(instance)
    urls = links(instance)
    head = instance.repository.head()
    for url in urls:
        answer = client.get(url)
        html = answer.get_data(as_text=True)
        assert "LoRa" in html and "Awa" in html and "@example.org" not in html
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert 'value="prototype" checked' in client.get(urls[1]).get_data(as_text=True)
    assert instance.repository.head() == head
    said = {"state": "prototype", "words": "Posé à #Plouha", "link": "https://www.plouha.fr/x"}
    csrf = token(client, urls[1])
    for _press in range(2):
        # The second press of a double click is shown what the first one did.
        answer = client.post(urls[1], data={"csrf_token": csrf, **said})
        assert answer.status_code == 200
        assert "Vos nouvelles sont dans l’historique" in answer.get_data(as_text=True)
    line = "- 2027-03-03 prototype — Posé à \\#Plouha ([plouha.fr](<https://www.plouha.fr/x>))"
    assert text(instance).count("2027-03-03") == 1
    assert f"::: historique\n{line}\n- 2026-12-01 concept" in text(instance)
    info = instance.repository.commit_info(instance.repository.head())
    assert (info.author_name, info.author_mail) == ("Awa", owner.alias)
    head = instance.repository.head()
    for url in urls:
        assert client.get(url).status_code == 404
        client.post(url, data={"csrf_token": csrf, "state": "stopped"})
    days.pass_by(1)
    assert client.post(urls[3], data={"csrf_token": csrf}).status_code == 404
    assert instance.repository.head() == head


def test_no_news_and_no_more_questions_write_nothing(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient", days: Any
) -> None:
    asking.run(instance)
    head = instance.repository.head()
    assert press(client, links(instance)[6]).status_code == 200
    assert instance.repository.head() == head
    # Twelve months after the evening it is asked again; then no more.
    days.pass_by(300)
    assert asking.run(instance) == 1
    again = re.findall(r"(/-/news/answer/\S+)", newest(instance))
    assert press(client, again[7], all="1").status_code == 200
    days.pass_by(400)
    assert asking.run(instance) == 0
    assert instance.repository.head() == head


def test_bad_input_keeps_what_was_typed_and_the_link(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient"
) -> None:
    asking.run(instance)
    url = links(instance)[1]
    answer = press(client, url, state="pilot", words="écrivez à awa@example.org", link="x")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Retirez l’adresse" in html
    assert "écrivez à" in html and 'value="pilot" checked' in html
    assert press(client, url, state="pilot", words="", link="").status_code == 200
    assert "- 2027-03-03 pilote\n" in text(instance)


def test_unchanged_is_news_too(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient"
) -> None:
    asking.run(instance)
    assert press(client, links(instance)[0], state="concept").status_code == 200
    assert "- 2027-03-03 — Toujours au même point\n" in text(instance)


def test_a_forwarded_link_is_no_key_for_somebody_else(
    instance: "Instance",
    asking: Any,
    owner: "Person",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    asking.run(instance)
    url = links(instance)[1]
    stranger = log_in(person("Marc", page="personnes/marc"))
    head = instance.repository.head()
    answer = stranger.get(url)
    assert answer.status_code == 403 and "LoRa" not in answer.get_data(as_text=True)
    data = {"csrf_token": token(stranger, "/-/account"), "state": "stopped", "words": "x"}
    assert stranger.post(url, data=data).status_code == 403
    assert instance.repository.head() == head
    # Who may write the story themselves does so, in their own name.
    admin = log_in(person("Une admin", "admin"))
    assert admin.get(url).headers["Location"] == "/-/news/tell/lora"


def _no_longer_theirs(instance: "Instance", owner: "Person", write: Write, days: Any) -> None:
    write({"lora.md": text(instance).replace("personnes/awa", "personnes/marc")})


def _gone(instance: "Instance", owner: "Person", write: Write, days: Any) -> None:
    write({"lora.md": None})


def _no_project(instance: "Instance", owner: "Person", write: Write, days: Any) -> None:
    write({"lora.md": "# LoRa\n"})


def _erased(instance: "Instance", owner: "Person", write: Write, days: Any) -> None:
    import_module("wiki.people.privacy.erasure").erase(instance.private, owner.id)


def _disabled(instance: "Instance", owner: "Person", write: Write, days: Any) -> None:
    import_module("wiki.people.accounts").set_disabled(instance.private, owner.id, True, by="test")


def _expired(instance: "Instance", owner: "Person", write: Write, days: Any) -> None:
    days.pass_by(60)


@pytest.mark.parametrize(
    "happened", [_no_longer_theirs, _gone, _no_project, _erased, _disabled, _expired]
)
def test_a_link_acts_for_its_owner_while_they_may(
    instance: "Instance",
    asking: Any,
    owner: "Person",
    client: "FlaskClient",
    person: "Callable[..., Person]",
    write: Write,
    days: Any,
    happened: Callable[..., None],
) -> None:
    person("La dernière admin", "admin")
    asking.run(instance)
    url = links(instance)[1]
    csrf = token(client, url)
    happened(instance, owner, write, days)
    head = instance.repository.head()
    answer = client.post(url, data={"csrf_token": csrf, "state": "stopped"})
    assert answer.status_code == client.get(url).status_code == 404
    assert "LoRa" not in answer.get_data(as_text=True)
    assert instance.repository.head() == head
    if happened is _erased:
        assert asking.run(instance) == 0
        models = import_module("wiki_plugins.news.models")
        with instance.private.reading() as session:
            [row] = session.query(models.RequestRow).all()
        assert row.person is None


def test_a_project_that_moved_or_was_withdrawn_is_still_told_of(
    instance: "Instance",
    asking: Any,
    owner: "Person",
    client: "FlaskClient",
    write: Write,
    days: Any,
) -> None:
    asking.run(instance)
    hidden = text(instance).replace("type: project", "type: project\nvisibility: team")
    hidden = hidden.replace("type: project", "type: project\naliases: [lora]")
    write({"lora.md": None, "projets/lora.md": hidden})
    answer = press(client, links(instance)[2], state="paused", words="Jusqu’au printemps")
    # Whoever holds the link is told no more than its own question: the page stays restricted.
    assert answer.status_code == 200 and 'href="/projets/lora"' not in answer.get_data(as_text=True)
    assert "- 2027-03-03 en-pause — Jusqu’au printemps" in text(instance, "projets/lora")
    days.pass_by(32)
    assert asking.run(instance) == 0


def test_a_forged_link_is_none(client: "FlaskClient") -> None:
    for rest in ("x", "WyJhIiwicGlsb3QiXQ.abc", "%00", "a" * 300):
        assert client.get(f"/-/news/answer/{rest}").status_code == 404


def test_one_mail_a_month_holds_all_of_someones_projects(
    instance: "Instance", asking: Any, owner: "Person", write: Write, days: Any
) -> None:
    write({"serre.md": project("Serre", "2026-12-01 idée — Présentée")})
    assert asking.run(instance) == 1
    [mail] = mails(instance)
    assert "LoRa" in mail.text and "Serre" in mail.text and "vos 2 projets" in mail.subject
    write({"plus.md": project("Encore", "2026-12-01 idée — Présenté")})
    days.pass_by(30)
    assert asking.run(instance) == 0
    days.pass_by(2)
    assert asking.run(instance) == 1
    assert "Encore" in newest(instance)


def test_who_wants_no_mails_or_a_site_that_sends_none(
    instance: "Instance", asking: Any, owner: "Person", monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from wiki.people.follow.subscriptions import Following, set_following

    set_following(instance.private, owner.id, Following("day", True))
    assert asking.run(instance) == 0
    set_following(instance.private, owner.id, Following("day", False))
    monkeypatch.setattr(asking, "MAILS_A_DAY", 0)
    assert asking.run(instance) == 0
    monkeypatch.undo()
    silent = replace(instance, settings=replace(instance.settings, news_requests=False))
    assert asking.run(silent) == 0
    assert asking.run(instance) == 1


def test_two_clicks_at_the_same_moment_write_one_line(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient", app: Any
) -> None:
    asking.run(instance)
    url = links(instance)[1]
    browsers = [app.test_client() for _number in range(4)]
    tokens = [token(browser, url) for browser in browsers]
    answers: list[int] = []

    def click(number: int) -> None:
        data = {"csrf_token": tokens[number], "state": "pilot", "words": f"Phrase {number}"}
        answers.append(browsers[number].post(url, data=data).status_code)

    threads = [threading.Thread(target=click, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert text(instance).count("2027-03-03") == 1


class Inbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def inbox() -> "Iterator[tuple[Inbox, int]]":
    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, port
    controller.stop()


def test_a_real_mail_is_sent_clicked_and_answered(
    settings: "Settings", inbox: tuple[Inbox, int], asking: Any
) -> None:
    """By SMTP, then through the link as it stands in the HTML of the mail."""
    from dataclasses import replace
    from datetime import UTC, datetime

    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance
    from wiki.mail_dispatch import deliver
    from wiki.parts.creation import found
    from wiki.people.accounts import add_person, set_page
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    mine = replace(
        settings,
        smtp_host="127.0.0.1",
        service_hosts="127.0.0.1",
        smtp_port=inbox[1],
        smtp_starttls=False,
        base_url="https://wiki.example.org",
    )
    found(mine, empty=True)
    instance = open_instance(mine)
    try:
        instance.private.now = lambda: datetime(2027, 3, 3, 9, tzinfo=UTC)
        pages = {
            "soir.md": EVENING,
            "lora/index.md": project("LoRa"),
            "lora/historique.md": "# Historique\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
        files: Any = {name: body.encode() for name, body in pages.items()}
        author = Author("Une main", "main@people.invalid")
        commit(instance.repository, instance.repository.head(), files, author, "x")
        awa = add_person(
            instance.private, email="awa@example.org", name="Awa", role="member", password=PASSWORD
        )
        set_page(instance.private, awa.id, "personnes/awa", by="test")
        assert asking.run(instance) == 1
        instance.private.now = lambda: datetime(2027, 3, 3, 10, tzinfo=UTC)
        assert deliver(instance) == 1
        [mail] = inbox[0].taken
        assert mail["To"] == "awa@example.org" and "LoRa" in mail["Subject"]
        html = mail.get_body(("html",)).get_content()
        urls = re.findall(r'href="https://wiki\.example\.org(/-/news/answer/[^"]+)"', html)
        client = create_app(instance).test_client()
        where = {"base_url": "https://wiki.example.org"}
        page = client.get(urls[0], **where).get_data(as_text=True)
        [csrf] = re.findall(r'name="csrf_token" value="([^"]+)"', page)
        data = {"csrf_token": csrf, "state": "prototype", "words": "Posé"}
        headers = {"Referer": f"https://wiki.example.org{urls[0]}"}
        assert client.post(urls[0], data=data, headers=headers, **where).status_code == 200
        # On the page that is called after the story, though it had none yet.
        assert "- 2027-03-03 prototype — Posé" in text(instance, "lora/historique")
    finally:
        close_instance(instance)


@pytest.fixture(scope="module")
def begun(empty_place: Place) -> Place:
    """Two projects of Awa's on the day after their evening."""
    empty_place.rewind()
    place = Place(empty_place.instance, empty_place.app, now=datetime(2026, 12, 2, 9, tzinfo=UTC))
    place.write(
        {
            "soir.md": EVENING,
            "lora.md": project("LoRa", "2026-12-01 concept — Présenté"),
            "serre.md": project("Serre"),
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
    )
    place.person("Awa", page="personnes/awa")
    place.keep()
    return place


@settings(max_examples=8)
@given(
    steps=st.lists(
        st.tuples(
            st.integers(1, 130),
            st.sampled_from(["run", "twice", "news", "answer", "move", "stop"]),
            st.sampled_from(["lora", "serre"]),
        ),
        min_size=3,
        max_size=12,
    )
)
@example([(60, "news", "lora"), (285, "run", "serre"), (22, "run", "lora"), (12, "run", "lora")])
def test_each_milestone_is_asked_about_once_whatever_happens(
    begun: Place, plugin_module: Callable[[str], Any], steps: list[tuple[int, str, str]]
) -> None:
    """Runs in any order, with news, answers and moves in between: the rules of the mails hold."""
    from sqlalchemy import select, update

    begun.rewind()
    asking, row_type, instance = (
        plugin_module("requests"),
        plugin_module("models").RequestRow,
        begun.instance,
    )
    at = {"lora": "lora", "serre": "serre"}
    for days, what, name in steps:
        begun.later(days=days)
        path = at[name]
        if what == "news":
            body = text(instance, path)
            told = f"::: historique\n- {begun.now.date()} — Vu\n\n:::"
            begun.write({f"{path}.md": f"{body}\n{told}\n"})
        elif what == "move":
            at[name] = f"{path}x"
            body = text(instance, path)
            head = body.replace("type: project", f"type: project\naliases: [{path}]", 1)
            if "aliases" in body:
                head = body.replace("aliases: [", f"aliases: [{path}, ", 1)
            begun.write({f"{path}.md": None, f"{at[name]}.md": head})
        elif what == "answer":
            with instance.private.session() as session:
                session.execute(update(row_type).values(answered=begun.now))
        for _run in range(2 if what == "twice" else 1):
            asking.run(instance)
    with instance.private.reading() as session:
        rows = session.scalars(select(row_type).order_by(row_type.asked)).all()
    names = [(row.project.rstrip("x"), row.months) for row in rows]
    assert len(names) == len(set(names))
    moments = sorted({row.asked for row in rows})
    assert len(mails(instance)) == len(moments)
    assert all(b - a >= asking.MONTH for a, b in pairwise(moments))


def test_the_page_of_a_link_speaks_the_language_of_the_mail(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient"
) -> None:
    asking.run(instance)
    answer = client.get(links(instance)[1], headers={"Accept-Language": "en"})
    html = answer.get_data(as_text=True)
    assert '<html lang="fr"' in html and "Donner ces nouvelles" in html
