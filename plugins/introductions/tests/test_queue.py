"""The connectors' ten minutes: one card at a time, never the same in two hands, fairly shared."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.testing import unkeyed

if TYPE_CHECKING:
    from collections.abc import Callable

Village = Any


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    return found[1] if found else ""


def test_the_queue_is_for_connectors(village: Village) -> None:
    village.see("", "/-/queue", 302)
    village.see("marc", "/-/queue", 404)
    assert "Dix minutes" in village.see("anne", "/-/queue")
    assert "/-/queue" not in village.see("marc", "/")
    assert "/-/queue" in village.see("cara", "/")


def test_two_connectors_never_hold_the_same_card(village: Village) -> None:
    first = key_of(village.see("cara", "/-/queue"))
    second = key_of(village.see("dan", "/-/queue"))
    assert first and second and first != second
    assert key_of(village.see("cara", "/-/queue")) == first, "it stays in hand"
    village.send("dan", "/-/queue", key=first, what="done")
    assert "s’en occupe à présent" in village.see("dan", "/-/queue")


def test_nor_at_the_very_same_moment(village: Village) -> None:
    from wiki.reading import Reader

    cards = village.part("cards")
    people = [village.people["cara"], village.people["dan"], village.people["anne"]]

    def look(one: Any) -> Any:
        return cards.next_card(Reader(village.instance, one), one).card

    with ThreadPoolExecutor(3) as crowd:
        found = [card.key for card in crowd.map(look, people) if card]
    assert len(found) == len(set(found)) == 3


def test_each_button_leads_to_the_next(village: Village) -> None:
    seen = []
    for what in ("done", "passed", "later", "done", "done"):
        page = village.see("cara", "/-/queue")
        seen.append(key_of(page))
        village.send("cara", "/-/queue", key=seen[-1], what=what)
    assert len(set(seen)) == len(seen)
    page = village.see("cara", "/-/queue")
    assert "Rien n’attend" in page and "5 demandes traitées aujourd’hui" in page
    others = village.see("dan", "/-/queue")
    assert key_of(others) in (seen[1], seen[2]), "what is done is done for all; the rest is not"
    village.later(days=2)
    assert key_of(village.see("cara", "/-/queue")) == seen[2], "later has come"


def test_a_card_that_nobody_keeps_comes_to_another(village: Village) -> None:
    key = key_of(village.see("cara", "/-/queue"))
    village.now += timedelta(minutes=21)
    keys = set()
    for _ in range(6):
        page = village.see("dan", "/-/queue")
        keys.add(key_of(page))
        if not key_of(page):
            break
        village.send("dan", "/-/queue", key=key_of(page), what="later")
    assert key in keys


def test_what_is_answered_elsewhere_is_gone(village: Village) -> None:
    cards = village.part("cards")
    from wiki.reading import Reader

    person = village.people["cara"]
    before = {card.key for card in cards.cards_for(Reader(village.instance, person), person)}
    village.helps()
    after = {card.key for card in cards.cards_for(Reader(village.instance, person), person)}
    assert before - after == {"need:b-aaaaaaaa"}


def test_an_offer_without_news_and_a_proposal_without_answer(village: Village) -> None:
    from wiki.reading import Reader

    cards = village.part("cards")
    village.write({"vieux.md": "::: offres\n- Un local vu:2020-01-01 {#o-vvvvvvvv}\n\n:::\n"})
    village.proposes()
    village.later(days=8)
    for name, waits in (("cara", True), ("dan", False)):
        person = village.people[name]
        found = cards.cards_for(Reader(village.instance, person), person)
        assert "sleeps:o-vvvvvvvv" in {card.key for card in found}
        assert any(card.kind == "waits" for card in found) is waits, "nobody else may know of it"
    page = village.see("cara", "/-/queue")
    assert "Une mise en relation qui attend" in page and "Léa" in page


def test_one_tap_proposes_who_fits(village: Village) -> None:
    village.send(
        "cara",
        "/-/queue",
        key=key_of(village.see("cara", "/-/queue")),
        what="propose",
        about="b-aaaaaaaa",
        person="personnes/lea",
        words="Vous parlez tous deux radio.",
    )
    assert len(village.mails_to("lea")) == 1
    page = village.see("cara", "/-/queue")
    assert "attend les deux" in page


def test_a_card_has_one_need_one_person_and_one_button(village: Village) -> None:
    Matching.register(village)
    main = village.see("cara", "/-/queue").partition("<main")[2]
    assert "Proposer Léa" in main
    shown = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    assert re.findall(r'value="(done|propose)"', shown) == ["propose"], "the rest is folded"
    assert 'value="done"' in main and "Autrement" in main


def test_two_propose_the_same_at_once(village: Village) -> None:
    village.proposes("cara")
    village.proposes("dan")
    assert len(village.mails_to("lea")) == len(village.mails_to("awa")) == 1


def test_a_page_of_the_queue_is_small(village: Village) -> None:
    page = village.see("cara", "/-/queue")
    assert (
        len(page.encode()) < 20_000
        and "<script" not in page[page.index("<main") :].split("</main>")[0]
    )


def test_the_draw_is_everybodys_and_fair(plugin_module: "Callable[[str], Any]") -> None:
    cards = plugin_module("cards")

    @given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 8), min_size=1), st.text())
    @settings(max_examples=30)
    def same(weighted: dict[str, int], key: str) -> None:
        again = dict(reversed(list(weighted.items())))
        assert cards.first_of(key, weighted) == cards.first_of(key, again)

    same()
    drawn = [cards.first_of(f"need:b-{number}", {"lea": 1, "awa": 3}) for number in range(1000)]
    assert 0.7 < drawn.count("awa") / 1000 < 0.8


def test_a_line_that_names_no_day_sleeps_by_the_day_it_came(village: Village) -> None:
    from wiki.reading import Reader

    cards = village.part("cards")
    person = village.people["cara"]

    def keys() -> set[str]:
        return {card.key for card in cards.cards_for(Reader(village.instance, person), person)}

    before = keys()
    assert "need:b-aaaaaaaa" in before and "sleeps:o-aaaaaaaa" not in before
    village.later(days=200)
    after = keys()
    assert "sleeps:o-aaaaaaaa" in after, "it was never renewed"
    assert "need:b-aaaaaaaa" not in after, "its owner is asked first whether it still stands"


def test_what_came_of_it_is_on_ones_own_page(village: Village) -> None:
    village.see("", "/-/queue/done", 302)
    village.see("marc", "/-/queue/done", 404)
    assert "Rien encore" in village.see("cara", "/-/queue/done")
    village.proposes()
    queue = "cara", "/-/queue"
    village.send(*queue, key="need:b-zzzzzzzz", what="done")
    village.send(*queue, key="read:radio", what="passed")
    page = village.see("cara", "/-/queue/done")
    assert "Une mise en relation proposée" in page and "attend les deux" in page
    assert "Quelqu&#39;un" in page and "transmis" in page
    assert 'href="/radio"' not in page, "what was put away is no deed"
    village.write(
        {"seul.md": "---\ntype: project\n---\n::: besoins\n- [x] Quelqu'un {#b-zzzzzzzz}\n\n:::\n"}
    )
    assert "a trouvé depuis" in village.see("cara", "/-/queue/done")
    village.write({"seul.md": None})
    assert "Quelqu&#39;un" not in village.see("cara", "/-/queue/done")
    for name in ("lea", "awa"):
        village.act(name, "yes")
    assert "dont une a abouti" in village.see("cara", "/-/queue/done")
    assert "Léa" not in village.see("dan", "/-/queue/done")


def test_the_team_sees_counts_and_no_names(village: Village) -> None:
    village.send("cara", "/-/queue", key="need:b-aaaaaaaa", what="done")
    village.proposes("dan")
    village.later(days=8)
    page = village.see("anne", "/-/queue")
    band = page[page.index('id="counts-title"') :].split("</section>")[0]
    rows = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", band))
    assert rows["Besoins sans réponse"] == "1" and rows["Mises en relation en attente"] == "1"
    assert rows["Demandes traitées en 31 jours"] == "1"
    assert "Cara" not in band and "Dan" not in unkeyed(band) and "Léa" not in band
    assert 'id="counts-title"' not in village.see("cara", "/-/queue")


class Matching:
    """A plugin that has one answer to everything."""

    @staticmethod
    def register(village: Village) -> None:
        from wiki.api.meaning import Fit, fits
        from wiki.testing.wikis import provide_in

        fit = Fit("personnes/lea", "o-aaaaaaaa", ("vous dites tous deux « radio »",))
        provide_in(village.instance, fits, lambda item, reader, limit: [fit])


def card_about(village: Village, key: str) -> str:
    """The queue once that card is on top; what stands before it is put off."""
    for _ in range(9):
        page: str = village.see("cara", "/-/queue")
        if key_of(page) == key:
            return page
        village.send("cara", "/-/queue", key=key_of(page), what="later")
    raise AssertionError(f"no card {key}")


def test_a_card_shows_what_is_offered_and_why(village: Village) -> None:
    Matching.register(village)
    page = card_about(village, "need:b-aaaaaaaa")
    assert "Relire une architecture radio" in page and "vous dites tous deux" in page
    assert 'value="propose"' in page
    assert "/-/needs/b-aaaaaaaa" in page[page.index("<textarea readonly") :].split("</textarea>")[0]
    assert "mailto:" not in page


def test_whose_team_cannot_be_asked_is_not_proposed_anybody(village: Village) -> None:
    Matching.register(village)
    page = card_about(village, "need:b-zzzzzzzz")
    assert "Relire une architecture radio" in page and "n’a de compte ici" in page
    assert 'value="propose"' not in page and "/-/introductions/propose" not in page
    assert "/-/needs/b-zzzzzzzz" in page[page.index("<textarea readonly") :]


def test_where_nobody_fits_the_needs_own_panels_stand(village: Village) -> None:
    from wiki.api.panels import Aside
    from wiki.api.plugin import hookimpl

    class Money:
        @staticmethod
        @hookimpl
        def item_asides(item: Any, reader: Any) -> Any:
            data = {"lines": [], "proposed": 1, "url": "/financements"}
            return [Aside("introductions/_talks.html", data, "foot", 20)]

    village.instance.plugins.manager.register(Money())
    page = village.see("cara", "/-/queue")
    assert key_of(page).startswith("need:") and 'href="/financements"' in page


def test_what_is_no_card_and_no_button_changes_nothing(village: Village) -> None:
    queue = "cara", "/-/queue"
    for key, what in (("need:b-aaaaaaaa", "vanish"), ("x" * 5000, "done"), ("", "")):
        village.send(*queue, key=key, what=what)
    village.send(*queue, 404, what="propose", about="b-nowhere0", person="personnes/lea")
    village.send(*queue, 422, what="propose", about="b-aaaaaaaa", person="personnes/lea", words="")
    assert "Rien encore" in village.see("cara", "/-/queue/done")
