"""A need without news: its owner is asked once, by mail, and answers by a link that works once."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.imports import Bounds, Stage, Staged
from wiki.api.reading import get_page
from wiki.imports.pipeline import write as write_stage
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person


@pytest.fixture
def asking(plugin_module: Callable[[str], Any]) -> Any:
    return plugin_module("reminders")


@pytest.fixture
def later(instance: "Instance") -> Callable[[int], None]:
    """Lets days pass."""

    def later(days: int) -> None:
        now = instance.private.now
        instance.private.now = lambda: now() + timedelta(days=days)

    return later


@pytest.fixture
def owner(
    write: Callable[..., str], person: "Callable[..., Person]", later: Callable[[int], None]
) -> "Person":
    write(
        {
            "lora.md": "---\ntype: project\nteam: [personnes/awa]\n---\n# LoRa\n\n::: besoins\n"
            "- [ ] un regard vu:2020-01-01 {#b-aaaaaaaa}\n"
            "- [ ] une ferme vu:2020-02-01 {#b-bbbbbbbb}\n"
            "- [ ] éveillé avant:2099-01-01 {#b-cccccccc}\n- [x] fait vu:2020-01-01 {#b-dddddddd}\n"
            "\n:::\n",
            "seul.md": "::: besoins\n- [ ] à personne vu:2020-01-01 {#b-eeeeeeee}\n\n:::\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
    )
    later(181)
    return person("Awa", page="personnes/awa")


def mails(instance: "Instance") -> list[Any]:
    from sqlalchemy import select

    models = import_module("wiki.people.models.background")
    with instance.private.reading() as session:
        return list(session.scalars(select(models.MailRow)).all())


def links(instance: "Instance") -> list[str]:
    [mail] = mails(instance)
    return re.findall(r"(/-/needs/answer/\S+)", mail.text)


def text(instance: "Instance", path: str = "lora") -> str:
    from wiki.reading import Reader

    return get_page(Reader(instance, audience=frozenset({"all"})), path).text


def press(client: "FlaskClient", url: str, **data: str) -> Any:
    return client.post(url, data={"csrf_token": token(client, url), **data})


def test_one_mail_for_all_of_someone_s_and_never_twice(
    instance: "Instance",
    asking: Any,
    owner: "Person",
    write: Callable[..., str],
    later: Callable[[int], None],
) -> None:
    assert [asking.run(instance) for _number in range(3)] == [1, 0, 0]
    [mail] = mails(instance)
    assert mail.to == owner.email and mail.secret
    assert "un regard" in mail.text and "une ferme" in mail.html
    for word in ("éveillé", "fait\n", "à personne"):
        assert word not in mail.text
    # Renewed, then asleep again: another silence, another question; that one alone.
    renewed = text(instance).replace("2020-01-01 {#b-aaaaaaaa}", "2021-01-01 {#b-aaaaaaaa}")
    write({"lora.md": renewed})
    assert asking.run(instance) == 0
    later(31)
    assert asking.run(instance) == 1
    [again] = [one for one in mails(instance) if one.key != mail.key]
    assert "un regard" in again.text and "une ferme" not in again.text


def test_what_was_imported_is_asked_about_later_and_little_by_little(
    instance: "Instance",
    asking: Any,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    later: Callable[[int], None],
    tmp_path: Path,
) -> None:
    write({"personnes/awa.md": "---\ntype: person\n---\n# Awa\n"})
    person("Awa", page="personnes/awa")
    lines = "".join(f"- [ ] besoin {number} vu:2016-01-01\n" for number in range(200))
    with Stage(tmp_path / "stage", "", Bounds(100_000, 1, 1)) as stage:
        head = "---\ntype: project\nteam: [personnes/awa]\n---\n# Ancien\n\n::: besoins\n"
        then = datetime(2016, 1, 1, tzinfo=UTC)
        stage.revision("ancien", f"{head}{lines}\n:::\n", key="1", when=then)
    with closing(Staged(tmp_path / "stage")) as staged:
        write_stage(instance, staged, "elsewhere", "Ailleurs", print)
    # Nobody is asked about what has just come, however old it says that it is.
    assert asking.run(instance) == 0
    later(30)
    assert asking.run(instance) == 0
    # Then about a dozen, in one mail a month.
    later(151)
    assert [asking.run(instance) for _day in range(3)] == [1, 0, 0]
    [mail] = mails(instance)
    assert len(re.findall(r"besoin \d+", mail.text)) == asking.IN_ONE_MAIL
    later(31)
    assert asking.run(instance) == 1


def test_looking_changes_nothing_and_the_button_does_it_once(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient"
) -> None:
    asking.run(instance)
    renew, met, withdraw = links(instance)[:3]
    head = instance.repository.head()
    for url in (renew, met, withdraw):
        html = client.get(url).get_data(as_text=True)
        assert "un regard" in html and "Awa" in html and "@example.org" not in html
    assert instance.repository.head() == head
    assert press(client, renew).status_code == 200
    assert re.search(r"un regard vu:20[2-9]\d-[^ ]+ \{#b-aaaaaaaa\}", text(instance))
    assert "vu:2020-01-01 {#b-aaaaaaaa}" not in text(instance)
    # Used: none of its three links does anything more.
    for url in (renew, met, withdraw):
        assert client.get(url).status_code == 404
        assert client.post(url, data={"csrf_token": token(client)}).status_code == 404
    log = instance.repository.commit_info(instance.repository.head())
    assert log.author_name == "Awa"


def test_found_is_answered_with_words(
    instance: "Instance", asking: Any, owner: "Person", client: "FlaskClient"
) -> None:
    asking.run(instance)
    assert press(client, links(instance)[1], words="le fablab", act="met").status_code == 200
    assert "- [x] un regard — trouvé avec le fablab vu:2020-01-01 {#b-aaaaaaaa}" in text(instance)
    assert press(client, links(instance)[5]).status_code == 200
    assert "- [-] une ferme" in text(instance)


def _no_longer_theirs(instance: "Instance", owner: "Person", write: Callable[..., str]) -> None:
    write({"lora.md": text(instance).replace("personnes/awa", "personnes/marc")})


def _gone(instance: "Instance", owner: "Person", write: Callable[..., str]) -> None:
    write({"lora.md": "# LoRa\n"})


def _erased(instance: "Instance", owner: "Person", write: Callable[..., str]) -> None:
    from sqlalchemy import delete

    models = import_module("wiki.people.models.accounts")
    with instance.private.session() as session:
        session.execute(delete(models.PersonRow).where(models.PersonRow.id == owner.id))


def _expired(instance: "Instance", owner: "Person", write: Callable[..., str]) -> None:
    from sqlalchemy import update

    row = import_module("wiki_plugins.needs.models").QuestionRow
    past = instance.private.now() - timedelta(days=1)
    with instance.private.session() as session:
        session.execute(update(row).values(expires=past))


@pytest.mark.parametrize("happened", [_no_longer_theirs, _gone, _erased, _expired])
def test_a_link_acts_for_its_owner_while_they_may(
    instance: "Instance",
    asking: Any,
    owner: "Person",
    client: "FlaskClient",
    write: Callable[..., str],
    happened: Callable[..., None],
) -> None:
    asking.run(instance)
    url = links(instance)[2]
    csrf = token(client, url)
    happened(instance, owner, write)
    head = instance.repository.head()
    answer = client.post(url, data={"csrf_token": csrf})
    assert answer.status_code == client.get(url).status_code == 404
    assert "un regard" not in answer.get_data(as_text=True)
    assert instance.repository.head() == head


def test_a_link_that_was_passed_on_does_nothing_for_who_is_signed_in_as_another(
    instance: "Instance",
    asking: Any,
    owner: "Person",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    asking.run(instance)
    url, other, head = links(instance)[2], log_in(person("Zoé")), instance.repository.head()
    seen = other.get(url)
    assert seen.status_code == 403 and "un regard" not in seen.get_data(as_text=True)
    csrf = token(other, "/-/account/settings")
    assert other.post(url, data={"csrf_token": csrf}).status_code == 403
    assert instance.repository.head() == head
    assert log_in(owner).get(url).status_code == 200


def test_a_forged_link_is_none(client: "FlaskClient") -> None:
    for rest in ("x", "WyJhIiwicmVuZXciXQ.abc", "%00", "a" * 300):
        assert client.get(f"/-/needs/answer/{rest}").status_code == 404


def test_who_wants_no_mails_gets_none_and_a_day_has_its_limit(
    instance: "Instance", asking: Any, owner: "Person", monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiki.people.follow.subscriptions import Following, set_following

    set_following(instance.private, owner.id, Following("day", True))
    assert asking.run(instance) == 0
    set_following(instance.private, owner.id, Following("day", False))
    monkeypatch.setattr(asking, "MAILS_A_DAY", 0)
    assert asking.run(instance) == 0
    monkeypatch.undo()
    assert asking.run(instance) == 1
