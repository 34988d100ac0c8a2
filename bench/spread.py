"""A page of one site as visitors of its sisters see it: until it is there, and until it is gone."""

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from string import ascii_lowercase

from bench.load import Browser
from bench.sites import Site

#: seconds after which it is not waited for any more, and between looks at one site
PATIENCE, _LOOK = 1200.0, 0.7


def new_page(site: Site, word: str) -> tuple[str, float]:
    """A project with a need more, both of that word; the word, and when it was saved."""
    text = (
        f"---\ntype: project\ntitle: Projet {word}\nthemes: [énergie]\n---\n\n::: besoins\n"
        f"- [ ] Un lieu d'essai {word} {{#b-{word[-8:]}}}\n\n:::\n\nNous voulons un {word}.\n"
    )
    site.write({f"projets/{word}.md": text})
    return word, time.monotonic()


def seconds_until(
    sites: Sequence[Site],
    origin: Site,
    word: str,
    since: float,
    *,
    gone: bool = False,
    look: float = _LOOK,
) -> list[float]:
    """Seconds since ``since`` until each of the other sites shows the word's page, or no more.

    Search and board are asked once the copy's address says so, which costs less: each ``look`` s.
    """
    others = [site for site in sites if site is not origin]
    status = 404 if gone else 200

    def wait(site: Site) -> float:
        browser = site.browser()
        while browser.get(_copy(origin, word)).status != status or _shows(
            browser, origin, word
        ) != (not gone, not gone):
            assert time.monotonic() - since < PATIENCE, f"{word} at {site.name}"
            time.sleep(look)
        spent = time.monotonic() - since
        browser.hang_up()
        return spent

    with ThreadPoolExecutor(len(others)) as pool:
        return list(pool.map(wait, others))


def _shows(browser: Browser, origin: Site, word: str) -> tuple[bool, bool]:
    """Whether the search shows the copy of the word's page, and the board its need."""
    link = f'href="{_copy(origin, word)}'
    answers = (browser.get(f"/-/search?q={word}"), browser.get(f"/-/needs?q={word}"))
    for answer in answers:
        assert answer.status == 200, answer.status
    return link in answers[0].text, link in answers[1].text


def _copy(origin: Site, word: str) -> str:
    return f"/-/carrefours/{origin.name}/projets/{word}"


def word_of(number: int) -> str:
    """Letters that no page has, and that are near to those of no other number."""
    return "".join(random.Random(number).choices(ascii_lowercase, k=12))  # noqa: S311
