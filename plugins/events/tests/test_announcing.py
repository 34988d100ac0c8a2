"""An event is announced once, by the digests of who follows its words or its projects."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from wiki.api.people import get_person
from wiki.api.reading import Reader, get_page
from wiki.digests import run
from wiki.people.follow.subscriptions import watch
from wiki.people.models.accounts import PersonRow
from wiki.people.models.background import MailRow
from wiki.people.targets import Target

if TYPE_CHECKING:
    from wiki.instance import Instance

EVENT = "evenements/soir"
START = datetime(2027, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def evening(instance: "Instance", write: Callable[..., str]) -> Any:
    """``evening()``: the event as Awa, who prepares it, sees it."""
    instance.private.now = lambda: START
    write(
        {
            "index.md": "# Accueil\n",
            "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
            "projets/un.md": "---\ntype: project\ntitle: Un\nsummary: Une phrase\n---\n",
            "projets/secret.md": "---\ntype: project\ntitle: Secret\nvisibility: team\n---\n",
            f"{EVENT}.md": "---\ntype: event\ntitle: Le soir\nstarts: 2027-03-18T18:30\n"
            "place: Rennes\nthemes: [agriculture]\nterritory: Bretagne\n"
            'programme: ["[[projets/un]]", "[[projets/secret]]"]\n'
            'team: ["[[personnes/awa]]"]\n---\n',
        }
    )


def announce(part: Callable[[str], Any], instance: "Instance", awa: Any) -> bool:
    from wiki.api.events import event_of

    reader = Reader(instance, get_person(instance.private, awa.id))
    event = event_of(reader, EVENT)
    assert event is not None
    return bool(part("announcement").announce(reader, event))


def mails(instance: "Instance") -> dict[str, str]:
    with instance.private.reading() as session:
        rows = session.scalars(select(MailRow)).all()
        return {row.to: row.text for row in rows}


def test_how_many_are_told_is_said_before_the_button(
    instance: "Instance",
    evening: None,
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    """As many as are told then: nobody twice, not the announcer, not who follows something else."""
    awa, head = person("Awa", page="personnes/awa"), Reader(instance).head
    theme, place = Target("theme", "agriculture"), Target("territory", "bretagne")
    follows = {
        "Thema": [theme],
        "Tout": [theme, place, Target("page", "projets/un")],
        "Page": [Target("page", EVENT)],
        "Autre": [Target("theme", "musique"), Target("territory", "corse")],
        "Clos": [theme],
    }
    people = {name: person(name) for name in follows} | {"Awa": awa}
    for name, targets in {**follows, "Awa": [theme]}.items():
        for target in targets:
            watch(instance.private, people[name].id, target, head=head)
    with instance.private.session() as session:
        clos = update(PersonRow).where(PersonRow.id == people["Clos"].id)
        session.execute(clos.values(disabled=START))
    shown = log_in(awa).get(f"/-/events/announce/{EVENT}").get_data(as_text=True)
    assert shown.index("3 personnes l’apprendront.") < shown.index("Annoncer</button>")
    for words in ("par un thème : 2", "par le territoire : 1", "par un projet : 1"):
        assert words.replace(" :", "\u00a0:") in shown, words
    assert "par cette page ou une page au-dessus\u00a0: 1" in shown
    announce(plugin_module, instance, awa)
    instance.private.now = lambda: START + timedelta(days=1)
    run(instance)
    told = {address.partition("@")[0].casefold() for address in mails(instance)}
    assert len(told) == 3


def test_followers_of_a_theme_a_place_or_a_project_are_told_once(
    instance: "Instance",
    evening: None,
    person: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    awa = person("Awa", page="personnes/awa")
    head = Reader(instance).head
    follows = {
        "Thema": Target("theme", "agriculture"),
        "Placide": Target("territory", "bretagne"),
        "Projet": Target("page", "projets/un"),
        "Autre": Target("theme", "musique"),
    }
    for name, target in follows.items():
        watch(instance.private, person(name).id, target, head=head)
    assert announce(plugin_module, instance, awa) is True
    assert announce(plugin_module, instance, awa) is False
    instance.private.now = lambda: START + timedelta(days=1)
    run(instance)
    told = mails(instance)
    assert set(told) == {"thema@example.org", "placide@example.org", "projet@example.org"}
    for text in told.values():
        assert "Le soir" in text and "Un — Une phrase" in text and "18 mars 2027" in text
        assert "Secret" not in text
    instance.private.now = lambda: START + timedelta(days=2)
    assert run(instance) == 0


def test_what_cannot_be_announced_yet_says_why(
    instance: "Instance",
    evening: None,
    write: Callable[..., str],
    person: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    from wiki.api.errors import BadField

    awa = person("Awa", page="personnes/awa")
    text = get_page(Reader(instance), EVENT).text
    for more in ("cancelled: true", "visibility: team"):
        write({f"{EVENT}.md": text.replace("place: Rennes", more)})
        with pytest.raises(BadField):
            announce(plugin_module, instance, awa)
    write({f"{EVENT}.md": text.replace("2027-03-18T18:30", "2027-01-18T18:30")})
    with pytest.raises(BadField):
        announce(plugin_module, instance, awa)
    assert get_page(Reader(instance), EVENT).head.get("announced") is None


def test_the_text_to_copy_names_each_project_that_its_reader_may_see(
    instance: "Instance", evening: None, plugin_module: Callable[[str], Any]
) -> None:
    from wiki.api.events import event_of

    reader = Reader(instance)
    event = event_of(reader, EVENT)
    text = plugin_module("announcement").text_of(reader, event)
    assert "- Un — Une phrase" in text and text.endswith(f"/{EVENT}")


def test_what_has_changed_is_told_once_more_a_week_later_at_the_earliest(
    instance: "Instance",
    evening: None,
    write: Callable[..., str],
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    awa = person("Awa", page="personnes/awa")
    head = Reader(instance).head
    watch(instance.private, person("Thema").id, Target("theme", "agriculture"), head=head)
    assert announce(plugin_module, instance, awa)
    instance.private.now = lambda: START + timedelta(days=8)
    assert not announce(plugin_module, instance, awa), "nothing has changed"
    run(instance)
    text = get_page(Reader(instance), EVENT).text
    write(
        {
            "projets/deux.md": "---\ntype: project\ntitle: Deux\nsummary: Autre chose\n---\n",
            f"{EVENT}.md": text.replace('["[[projets/un]]",', '["[[projets/deux]]",'),
        }
    )
    instance.private.now = lambda: START + timedelta(days=6)
    assert not announce(plugin_module, instance, awa), "less than a week later"
    instance.private.now = lambda: START + timedelta(days=9)
    for url in (f"/-/events/announce/{EVENT}", f"/-/events/prepare/{EVENT}"):
        again = log_in(awa).get(url).get_data(as_text=True)
        assert "Le public ne voit pas au programme" in again, url
    assert announce(plugin_module, instance, awa) is True
    assert announce(plugin_module, instance, awa) is False
    instance.private.now = lambda: START + timedelta(days=10)
    run(instance)
    with instance.private.reading() as session:
        told = [row.text for row in session.scalars(select(MailRow))]
    assert sum("Deux — Autre chose" in one for one in told) == 1
    assert sum("Un — Une phrase" in one for one in told) == 1


def test_what_was_announced_stays_so_where_saving_fails(
    instance: "Instance",
    evening: None,
    write: Callable[..., str],
    person: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    from wiki.api.errors import Forbidden
    from wiki.api.events import event_of

    awa = person("Awa", page="personnes/awa")
    assert announce(plugin_module, instance, awa)
    text = get_page(Reader(instance), EVENT).text
    write({f"{EVENT}.md": text.replace("place: Rennes", "place: Brest\neditors: team")})
    instance.private.now = lambda: START + timedelta(days=9)
    stale = Reader(instance, get_person(instance.private, awa.id))
    event = event_of(stale, EVENT)
    write({f"{EVENT}.md": text.replace("[[personnes/awa]]", "[[personnes/zoe]]")})
    with pytest.raises(Forbidden):
        plugin_module("announcement").announce(stale, event)
    reader = Reader(instance)
    assert plugin_module("announcement").announced(reader, event_of(reader, EVENT)) == START


def test_one_person_announces_ten_events_in_a_day_at_most(
    instance: "Instance",
    evening: None,
    write: Callable[..., str],
    person: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    from wiki.api.errors import TooMany
    from wiki.api.events import event_of

    awa = person("Awa", page="personnes/awa")
    text = get_page(Reader(instance), EVENT).text
    write({f"evenements/e{number}.md": text for number in range(11)})
    reader = Reader(instance, get_person(instance.private, awa.id))
    events = [event_of(reader, f"evenements/e{number}") for number in range(11)]
    for event in events[:10]:
        assert plugin_module("announcement").announce(reader, event)
    with pytest.raises(TooMany):
        plugin_module("announcement").announce(reader, events[10])
