"""Two people comment in real browsers: one by pointing, one by keyboard and on a phone.

With ``WIKI_SCREENSHOTS`` set to a folder, what they see is photographed, by day and by night.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from wiki.testing import settled, sign_in

PAGE = """---
type: project
title: LoRa à la ferme
team: ['[[personnes/awa]]']
---

Des capteurs posés dans les champs parlent à une passerelle, voir [[aide]].

## Le besoin

Un éleveur regarde l'écran le matin : il veut **savoir si la parcelle** du bas est praticable.

## Le budget

Deux mille euros, le capteur compris.
"""
#: selects these words of the text, as somebody does who points or presses shift and an arrow
SELECT = """(quote) => {
  const text = document.querySelector("article .text");
  const shown = window.passages.read(text);
  const range = shown.find(quote, "", "");
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  range.startContainer.parentElement.scrollIntoView({ block: "center" });
}"""
#: whether these words, and no others, are marked
MARKED = "quote => [...(CSS.highlights.get('comment') ?? [])].map(String).join('|') === quote"


def test_a_passage_is_commented_answered_and_resolved(
    instance: Any,
    write: Callable[..., str],
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    serve_web: Callable[..., Any],
    chromium: Any,
) -> None:
    write(
        {
            "projets/lora.md": PAGE,
            "aide.md": "# Notre aide\n",
            "personnes/awa.md": "---\ntype: person\ntitle: Awa Diop\n---\n",
        }
    )
    people = {"awa": person("Awa Diop", page="personnes/awa"), "rita": person("Rita", "reader")}
    url = serve_web(instance.settings.instance).url
    faults: list[str] = []

    def browse(who: str, **screen: Any) -> Any:
        context = chromium.new_context(locale="fr-FR", base_url=url, **screen)
        sign_in(context, url, log_in(people[who]))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.extend([said.text] * (said.type == "error")))
        page.goto("/projets/lora")
        return page

    rita = browse("rita", viewport={"width": 1280, "height": 860})
    # Across a mark of the text, and by keyboard alone.
    rita.evaluate(SELECT, "il veut savoir si la parcelle du bas")
    rita.locator(".comment-choose").wait_for()
    rita.keyboard.press("Control+Alt+m")
    rita.locator(".comment-card textarea").wait_for()
    expect(rita.locator(".comment-card textarea")).to_be_focused()
    rita.keyboard.type("Laquelle ? @a")
    rita.locator(".comment-people li").first.wait_for()
    # Taken while it still looks for the last letters: who has all of them, and no more is offered.
    late: list[Any] = []
    rita.route("**q=awa", lambda route: late.append(route))
    with rita.expect_request("**q=awa"):
        rita.keyboard.type("wa")
        rita.keyboard.press("Enter")
    field = rita.locator(".comment-card textarea")
    expect(field).to_have_value("Laquelle ? @awa")
    late.pop().continue_()
    expect(field).to_have_value("Laquelle ? @Awa Diop ")
    expect(rita.locator(".comment-people")).to_have_count(0)
    rita.keyboard.press("Tab")
    rita.keyboard.press("Enter")
    rita.locator(".comment-card [data-thread]").wait_for()
    expect(rita.locator(".comment-card")).to_contain_text("Laquelle ? @Awa Diop")
    rita.wait_for_function(MARKED, arg="il veut savoir si la parcelle du bas")
    expect(rita.locator(".comments-here")).to_contain_text("1 commentaire")
    keep(rita, "commentaire-bureau")
    rita.keyboard.press("Escape")
    expect(rita.locator(".comment-card")).to_have_count(0)
    # What the page shows of another page is no obstacle.
    rita.evaluate(SELECT, "parlent à une passerelle voir Notre aide")
    rita.locator(".comment-choose").click()
    rita.locator(".comment-card textarea").fill("Un lien mort ?")
    rita.locator(".comment-card button[type=submit]").click()
    rita.locator(".comment-card [data-thread]").wait_for()
    expect(rita.locator(".comment-mark")).to_have_count(2)

    awa = browse("awa", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    awa.locator(".comment-mark").nth(1).click()
    card = awa.locator(".comment-card")
    card.locator("textarea[name=words]").fill("Celle qui longe le ruisseau.")
    keep(awa, "commentaire-telephone")
    card.locator("button[value=reply]").click()
    card.locator(".comment-words", has_text="Celle qui longe").wait_for()
    assert settled(awa).evaluate("document.documentElement.scrollWidth") <= 390
    card.locator("button[value=resolve]").click()
    awa.locator(".comment-mark").nth(1).wait_for(state="detached")
    expect(awa.locator(".comment-mark")).to_have_count(1)
    # A log-out elsewhere: what was typed stays, and is said so.
    awa.locator(".comment-mark").click()
    awa.context.clear_cookies()
    card.locator("textarea[name=words]").fill("Ce qui reste écrit")
    card.locator("button[value=reply]").click()
    card.locator(".error").wait_for()
    expect(card.locator("textarea[name=words]")).to_have_value("Ce qui reste écrit")
    for page in (rita, awa):
        page.context.close()
    assert [fault for fault in faults if "40" not in fault] == []


def keep(page: Any, name: str) -> None:
    if folder := os.environ.get("WIKI_SCREENSHOTS"):
        for light in ("dark", "light"):
            page.emulate_media(color_scheme=light)
            page.screenshot(path=str(Path(folder) / f"{name}-{light}.png"), animations="disabled")
