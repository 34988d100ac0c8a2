"""What a programme says of a closed project: nothing, then the words agreed to, then nothing."""

import re
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from wiki.api.reading import get_page, page_exists

from .conftest import EVENT, Evening

if TYPE_CHECKING:
    from wiki.projections.public import Public

TITLE, SUMMARY = "Abeilles <écoutées>", "Une phrase choisie, et rien d’autre"
#: what the closed page holds, and the programme does not say
CLOSED = ("Ruches parlantes", "qui écoutent", "carte radio", "deux voisins", "Un secret")
_ASKED = ("q=abeilles", "q=ruches", "q=phrase+choisie", "q=apiculteur", "q=secret")


@pytest.fixture(scope="module")
def once(founded: Evening) -> tuple[str, str]:
    founded.rewind()
    founded.person("suivante", key="suivante")
    id_ = founded.apply()
    url = f"/-/application/{id_}"
    founded.send("orga", f"{url}/decide", choice="selected", words="Venez.")
    founded.send("orga", url, action="tell")
    link = founded.mailed_link("awa", "/-/application/agree/")
    page = get_page(founded.reader("awa"), founded.row(id_).project)
    founded.write({page.file: page.text.replace("Qui le porte", "Un secret")})
    founded.keep("selected")
    return id_, link


@pytest.fixture
def selected(founded: Evening, once: tuple[str, str]) -> tuple[Evening, str, str]:
    founded.rewind("selected")
    return founded, *once


def ways_out(evening: Evening) -> dict[str, str]:
    """What a visitor reads of the evening and of the project by every address there is."""
    from wiki.web.api.mounting import api_of

    client, found = evening.client(""), {}
    rules = [*evening.app.url_map.iter_rules(), *api_of(evening.app).url_map.iter_rules()]
    urls: list[str] = [f"/-/{one}?{asked}" for one in ("search", "suggest") for asked in _ASKED]
    for rule in rules:
        if "GET" in (rule.methods or ()) and rule.arguments <= {"raw", "path"}:
            urls += [
                re.sub(r"<[^>]*>", path, rule.rule) for path in (EVENT, "projets/ruches-parlantes")
            ]
    for url in dict.fromkeys(urls):
        answer = client.get(url)
        assert answer.status_code < 500, (url, answer.status_code)
        # What is not found says what was asked.
        words = answer.get_data().decode("utf-8", "replace") if answer.status_code < 400 else ""
        found[url] = words.replace("q=ruches", "").replace('value="ruches"', "")
    return found


def public_history(evening: Evening, revision: str = "--batch-all-objects") -> str:
    """Every object of what anybody may clone."""
    public = cast("Public", evening.instance.projections["public"])
    assert not evening.instance.projections.behind("public")
    every = ["git", "-C", str(public.folder), "cat-file", revision, "--batch"]
    return subprocess.run(every, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def test_before_after_and_after_withdrawal(selected: tuple[Evening, str, str]) -> None:
    evening, id_, link = selected
    for url in (f"/{EVENT}", f"/-/api/v1/pages/{EVENT}"):
        before = evening.see("", url)
        assert "ruches" not in before.casefold() and not [one for one in CLOSED if one in before]
    form = evening.see("", link)
    assert 'value="Ruches parlantes"' in form and "Des capteurs qui écoutent" in form
    assert "Son historique" in form and "reste fermé" in form
    evening.send("", link, title=TITLE, summary=SUMMARY)
    evening.send("", link, title="Autre chose", summary="")  # a second click changes nothing
    project = evening.row(id_).project
    assert not page_exists(evening.reader(), project)
    page = evening.see("", f"/{EVENT}")
    assert "Abeilles &lt;écoutées&gt;" in page and SUMMARY in page
    assert f'href="/{project}"' not in page and "Le jardin" in page
    after = ways_out(evening)
    assert not [(url, word) for url, page in after.items() for word in CLOSED if word in page]
    assert {url for url, page in after.items() if "écoutées" in page} == {
        f"/{EVENT}",
        f"/-/api/v1/pages/{EVENT}",
        f"/-/diff/{EVENT}",
    }
    history = public_history(evening)
    assert "Abeilles" in history and not [word for word in CLOSED if word in history]
    # Nor is told who of the team agreed.
    assert evening.people["awa"].name not in page

    own = evening.see("awa", f"/-/application/{id_}")
    assert "Abeilles &lt;écoutées&gt;" in own and "Ne plus y figurer" in own
    evening.send("awa", f"/-/application/{id_}", action="disagree")
    gone = ways_out(evening)
    there = {url for url, page in gone.items() if "écoutées" in page or SUMMARY in page}
    assert there == {f"/-/diff/{EVENT}"}, "its history keeps what stood there, as the form said"
    assert "écoutées" not in get_page(evening.reader(), EVENT).text
    assert evening.part("programme.consent").words_of(evening.instance, id_) is None


def test_mails_that_announce_it_say_these_words(selected: tuple[Evening, str, str]) -> None:
    from wiki.digests import run
    from wiki.people.follow.subscriptions import watch
    from wiki.people.targets import Target

    evening, _id, link = selected
    watch(
        evening.instance.private,
        evening.people["suivante"].id,
        Target("page", EVENT),
        head=evening.reader().head,
    )
    evening.send("", link, title=TITLE, summary=SUMMARY)
    page = evening.see("orga", f"/-/events/announce/{EVENT}")
    assert page.count("Abeilles &lt;écoutées&gt;") == 2  # what is told, and the text to copy
    evening.send("orga", f"/-/events/announce/{EVENT}")
    evening.later(days=8)
    run(evening.instance)
    (mail,) = evening.mails_to("suivante")
    assert f"{TITLE} — {SUMMARY}" in mail and "Le jardin" in mail
    assert not [word for word in CLOSED if word in mail]


def test_words_are_changed_checked_and_kept_where_they_are_refused(
    selected: tuple[Evening, str, str],
) -> None:
    evening, id_, link = selected
    refused = evening.send("", link, 422, title=" ", summary=SUMMARY, open="1")
    assert SUMMARY in refused and 'name="open" value="1" checked' in refused
    assert "x" * 301 in evening.send("", link, 422, title="Nom", summary="x" * 301)
    assert evening.row(id_).agreed is None
    url = f"/-/application/{id_}"
    evening.send("awa", url, action="agree", title="Nom [1|2]", summary="Avec : « tout », # ça")
    evening.send("awa", url, action="agree", title="Autre nom", summary="")
    first, second = evening.part("programme.entries").programme_entries(
        get_page(evening.reader(), EVENT).head
    )
    assert first.target == "projets/jardin"
    assert (second.title, second.summary) == ("Autre nom", "")
    assert "y".join("z" * 100) in evening.send(
        "awa", url, 422, action="agree", title="y".join("z" * 100), summary=""
    )
    assert "Autre nom" in evening.see("", f"/{EVENT}")
    # Opened later, apart from it, the line leads there, and says the same.
    evening.send("awa", url, action="show")
    page = evening.see("", f"/{EVENT}")
    assert f'href="/{evening.row(id_).project}"' in page and "Autre nom" in page


def test_where_nobody_may_change_the_page_it_is_done_once_somebody_may(
    selected: tuple[Evening, str, str],
) -> None:
    """The team of the event has left it: who organises adds it by hand; withdrawing is not lost."""
    evening, id_, link = selected
    text = get_page(evening.reader(), EVENT).text
    without = text.replace("[[personnes/orga]]", "[[personnes/partie]]")
    evening.write({f"{EVENT}.md": without})
    evening.send("", link, title=TITLE, summary=SUMMARY)
    assert evening.row(id_).agreed is not None
    assert get_page(evening.reader(), EVENT).head.links("programme") == ("projets/jardin",)
    evening.send("chef", f"/-/application/{id_}", action="add")
    assert "écoutées" in evening.see("", f"/{EVENT}")
    evening.send("awa", f"/-/application/{id_}", action="disagree")
    assert "écoutées" in evening.see("", f"/{EVENT}")
    page = get_page(evening.reader(), EVENT)
    evening.write({page.file: page.text.replace("[[personnes/partie]]", "[[personnes/orga]]")})
    evening.tend()
    assert "écoutées" not in evening.see("", f"/{EVENT}")
    assert evening.part("programme.consent").words_of(evening.instance, id_) is None


def test_who_deletes_their_space_is_not_named_any_more(
    selected: tuple[Evening, str, str],
) -> None:
    evening, id_, link = selected
    evening.send("", link, title=TITLE, summary=SUMMARY)
    from wiki.editing.move import delete

    delete(evening.reader("awa"), evening.row(id_).project)
    evening.now += timedelta(hours=1)
    evening.tend()
    assert "écoutées" not in evening.see("", f"/{EVENT}")


def test_the_one_who_prepares_moves_and_takes_out_what_they_may_not_read(
    selected: tuple[Evening, str, str],
) -> None:
    evening, id_, link = selected
    evening.send("", link, title=TITLE, summary=SUMMARY)
    project, url = evening.row(id_).project, f"/-/events/programme/{EVENT}"
    assert not page_exists(evening.reader("orga"), project)
    assert "Abeilles &lt;écoutées&gt;" in evening.see("orga", url)
    links = _links(evening)
    evening.send("orga", url, action="up", project=project)
    assert _links(evening) == links[::-1]
    assert "Ajouter au programme" not in evening.see("orga", f"/-/application/{id_}")
    evening.send("orga", url, action="remove", project=project)
    assert _links(evening) == ["projets/jardin"]


def _links(evening: Evening) -> list[Any]:
    return list(get_page(evening.reader(), EVENT).head.links("programme"))
