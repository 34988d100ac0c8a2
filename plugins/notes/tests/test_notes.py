"""The notes of an evening as those who organise, who is named, and everybody else get them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.api.reading import get_page
from wiki.errors import NotFound
from wiki.pages.document import read_document
from wiki.reading import Reader
from wiki.reading.events import event_of
from wiki.testing import token
from wiki.web.page.context import context_of

from .conftest import EVENT

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance

TODO = "::: à-compléter\n{}\n\n:::\n"


def send(client: "FlaskClient", url: str, status: int = 303, **data: str) -> Any:
    answer = client.post(url, data={"csrf_token": token(client, "/-/account"), **data})
    assert answer.status_code == status, answer.get_data(as_text=True)[-1500:]
    return answer


@pytest.mark.usefixtures("evening")
def test_notes_begin_with_a_part_for_each_project_that_all_may_know(
    instance: "Instance", person: Callable[..., Any], log_in: Callable[..., Any], client: Any
) -> None:
    awa = log_in(person("Awa", page="personnes/awa"))
    marc = log_in(person("Marc"))
    url = f"/-/notes/write/{EVENT}"
    assert "Écrire les notes de la soirée" in awa.get(f"/{EVENT}").get_data(as_text=True)
    assert "Écrire les notes" not in marc.get(f"/{EVENT}").get_data(as_text=True)
    assert marc.get(url).status_code == 403
    assert client.get(url).status_code == 302
    assert "[[projets/lora|LoRa à la ferme]]" in awa.get(url).get_data(as_text=True)
    made = send(awa, url)
    assert made.location == f"/-/edit/{EVENT}/notes"
    text = get_page(Reader(instance), f"{EVENT}/notes").text
    assert text.count("### Besoins entendus") == 2
    assert "[[personnes/lea|Léa]]" in text
    assert "[[projets/pain|Pain de ville]]" in text
    assert "secret" not in text
    assert "1 mars 2027 · Rennes" in text
    assert "$" not in text
    problems = [one.kind for one in read_document(text).problems]
    assert problems == []
    head = instance.repository.head()
    send(awa, url)
    assert instance.repository.head() == head, "twice is once"


@pytest.mark.usefixtures("evening")
def test_to_complete_the_part_of_one_project_completes_no_other(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Any], plugin_module: Any
) -> None:
    """Two projects whose teams nobody knows of: their lines say of which they are."""
    nobody = get_page(Reader(instance), "projets/lora").text.replace(
        "team: ['[[personnes/lea]]']", ""
    )
    write({"projets/lora.md": nobody})
    awa = Reader(instance, person("Awa", page="personnes/awa"))
    event = event_of(awa, EVENT)
    assert event is not None
    path = plugin_module("creation").write(awa, event)
    found = plugin_module("gaps").gaps(awa.renewed(), page=path)
    kept = [one for one in found if "projets/" in one.missing.what]
    assert len(kept) == 2 and all(one.missing.roles == ("équipe du projet",) for one in kept)
    plugin_module("gaps").complete(awa.renewed(), path, kept[0].missing.key)
    assert len(plugin_module("gaps").gaps(awa.renewed(), page=path)) == len(found) - 1


@pytest.mark.usefixtures("evening")
def test_in_english_where_the_event_is(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Any], plugin_module: Any
) -> None:
    page = get_page(Reader(instance), f"{EVENT}.md".removesuffix(".md"))
    write({f"{EVENT}.md": page.text.replace("type: event", "type: event\nlang: en")})
    reader = Reader(instance, person("Awa", page="personnes/awa"))
    event = event_of(reader, EVENT)
    assert event is not None
    text = plugin_module("creation").text_for(reader, event)
    assert "lang: en" in text
    assert "### Needs we heard" in text
    assert "March 1, 2027" in text


def test_the_templates_that_a_wiki_is_founded_with_are_those_of_the_plugin(
    starter: "Instance", plugin_module: Any
) -> None:
    writing = plugin_module("creation")
    for lang, path in writing.TEMPLATES.items():
        text = get_page(Reader(starter), path).text
        assert text == (writing._STARTING / f"{lang}.md").read_text("utf-8")
    reader = Reader(starter)
    assert plugin_module("gaps").gaps(reader) == []


@pytest.mark.usefixtures("evening")
def test_what_is_missing_is_gathered_and_completed_in_one_tap(
    instance: "Instance",
    write: Callable[..., str],
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    client: Any,
    plugin_module: Any,
) -> None:
    lines = "- [ ] Le nom du capteur — [[personnes/lea]]\n- [ ] Le menu — équipe\n- [x] La photo"
    write(
        {
            f"{EVENT}/notes.md": "# Notes\n\n" + TODO.format(lines),
            "projets/secret/notes.md": TODO.format("- [ ] Un mot caché — [[personnes/lea]]"),
        }
    )
    people = {name: person(name.title(), page=f"personnes/{name}") for name in ("awa", "lea")}
    seen = client.get("/-/notes/missing").get_data(as_text=True)
    assert "Le nom du capteur" in seen
    assert "caché" not in seen
    assert "C’est complété" not in seen
    for name, said, not_said in (("lea", "capteur", "Le menu"), ("awa", "Le menu", "capteur")):
        browser = log_in(people[name])
        mine = browser.get(f"/-/notes/missing?person=personnes/{name}").get_data(as_text=True)
        assert said in mine
        assert not_said not in mine
        waits = plugin_module("panels").waiting(Reader(instance, people[name]))
        assert [line.url for line in waits] == [f"/-/notes/missing?person=personnes%2F{name}"]
        assert waits[0].text == "Carrefour du soir\xa0: une chose que vous pourriez ajouter"
    lea = Reader(instance, people["lea"])
    step = plugin_module("panels").next_steps(
        context_of(lea, get_page(lea, "projets/lora"), may_edit=True)
    )
    assert [one.label for one in step] == ["Compléter les notes\xa0: Carrefour du soir"]
    assert (
        plugin_module("panels").next_steps(
            context_of(lea, get_page(lea, "projets/pain"), may_edit=True)
        )
        == []
    )
    awa, key = (
        log_in(people["awa"]),
        plugin_module("model").key_of("Le nom du capteur — [[personnes/lea]]"),
    )
    assert "2 choses manquent" in awa.get(f"/{EVENT}").get_data(as_text=True)
    step = plugin_module("panels").event_steps(
        event_of(Reader(instance, people["awa"]), EVENT), Reader(instance, people["awa"])
    )
    assert (step[0].words, step[0].done) == ("2 choses manquent", False)
    url = f"/-/notes/done/{EVENT}/notes"
    send(log_in(people["lea"]), url, 403, key=key)
    for _twice in range(2):
        send(awa, url, key=key, next="/-/notes/missing")
        text = get_page(Reader(instance), f"{EVENT}/notes").text
        assert "- [x] Le nom du capteur — [[personnes/lea]]\n- [ ] Le menu" in text
    assert plugin_module("panels").waiting(Reader(instance, people["lea"])) == []
    send(awa, url, key=key, undo="1")
    assert "- [ ] Le nom du capteur" in get_page(Reader(instance), f"{EVENT}/notes").text
    send(awa, url, 404, key="0" * 12)
    send(awa, "/-/notes/done/nulle/part", 404, key=key)


@pytest.mark.usefixtures("evening")
def test_notes_that_miss_nothing_are_done(
    instance: "Instance", write: Callable[..., str], person: Callable[..., Any], plugin_module: Any
) -> None:
    reader = Reader(instance, person("Awa", page="personnes/awa"))
    event = event_of(reader, EVENT)
    assert plugin_module("panels").event_steps(event, reader)[0].url == f"/-/notes/write/{EVENT}"
    write({f"{EVENT}/notes.md": "# Notes\n"})
    reader = Reader(instance, reader.person)
    step = plugin_module("panels").event_steps(event_of(reader, EVENT), reader)[0]
    assert step.done
    assert step.url == f"/{EVENT}/notes"


def test_an_empty_line_is_told_to_who_may_edit(plugin_module: Any) -> None:
    from wiki.pages.page import Page

    page = Page("a", "a.md", TODO.format("- [ ] \n- [ ] Un nom"))
    assert [one.kind for one in plugin_module("blocks").problems(page)] == ["empty-todo"]


WORDS = st.text(
    st.sampled_from("aéÀ -—–,;.[]|#:x\\*_`$é") | st.characters(codec="utf-8"), max_size=60
)


@given(text=WORDS)
def test_any_line_says_something_and_loses_nothing(plugin_module: Any, text: str) -> None:
    missing = plugin_module("model").read_missing(text)
    assert text.startswith(missing.what)
    assert all(one.strip() == one and one for one in (*missing.people, *missing.roles))
    if missing.what == text:
        assert missing.roles == ()
    assert missing.key == plugin_module("model").key_of(f"  {text} ".replace(" ", "  "))


@given(
    lines=st.lists(st.tuples(st.sampled_from(" x-"), WORDS), min_size=1, max_size=6),
    at=st.integers(0, 5),
)
def test_completing_a_line_changes_no_other(
    plugin_module: Any, lines: list[tuple[str, str]], at: int
) -> None:
    text = "Avant\n\n::: todo\n"
    text += "".join(f"- [{state}] {' '.join(words.split())}\n" for state, words in lines)
    text += "\n:::\n\nAprès\n"
    completing = plugin_module("gaps")
    before = completing._items(text)
    if not before:
        return
    key = before[at % len(before)][1]
    try:
        changed = completing.with_state(text, key, "x")
    except Exception as error:
        assert type(error).__name__ == "BadField"
        return
    assert completing.with_state(changed, key, "x") == changed
    assert all(not is_open for _line, one, is_open in completing._items(changed) if one == key)
    assert [one for one in completing._items(changed) if one[1] != key] == [
        one for one in before if one[1] != key
    ]


def test_a_line_that_is_gone_is_not_found(plugin_module: Any) -> None:
    with pytest.raises(NotFound):
        plugin_module("gaps").with_state("# Rien\n", "0" * 12, "x")


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a\n## $project\nb\n### c\nd\n## e\n", ("a\n", "## $project\nb\n### c\nd\n", "## e\n")),
        ("## $project\nb", ("", "## $project\nb\n\n", "")),
        ("rien\n", ("rien\n", "", "")),
        ("```\n# $project\n```\n", ("```\n# $project\n```\n", "", "")),
    ],
)
def test_the_part_of_a_project_in_a_template(plugin_module: Any, body: str, parts: Any) -> None:
    assert plugin_module("creation").split(body) == parts
