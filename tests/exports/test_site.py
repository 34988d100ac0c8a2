"""A site of files: every link leads to a file of it, nothing is fetched, and it can be searched."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from tests.exports.samples import PAGES, Write, exported
from tests.journeys.looking import axe
from wiki.exports.forms import write_export
from wiki.exports.site.body import as_files
from wiki.exports.site.search import terms
from wiki.exports.target import folder_at
from wiki.instance import Instance
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.reader import system_reader
from wiki.rendering.sanitize import clean
from wiki.translation import use_language

#: pages on a disk have no policy that would stop a script of the test
_AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then(found =>
  found.violations.map(one => one.id + ": " + one.nodes[0].html))"""


class _Found(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "srcset"):
                self.links.append((tag, value or ""))
            elif name == "id":
                self.ids.add(value or "")


def crawled(files: dict[str, bytes]) -> tuple[int, list[tuple[str, str]]]:
    """How many links there are, and those that lead to nothing (page, address)."""
    pages = {}
    for name, data in files.items():
        if name.endswith(".html"):
            pages[name] = _Found()
            pages[name].feed(data.decode())
    count, broken = 0, []
    for name, page in pages.items():
        for tag, link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                # Nothing of elsewhere is fetched: one goes there by oneself.
                assert tag == "a", (name, link)
                continue
            count += 1
            assert not link.startswith("/"), (name, link)
            at = Path("/", name).parent / unquote(parts.path) if parts.path else Path("/", name)
            to = str(at.resolve()).removeprefix("/")
            gone = to in pages and parts.fragment and unquote(parts.fragment) not in pages[to].ids
            if to not in files or gone:
                broken.append((name, link))
    return count, broken


def test_every_link_leads_to_a_file(
    instance: Instance, write: Write, person: Callable[..., Person], tmp_path: Path
) -> None:
    write(PAGES)
    files, report = exported(Reader(instance, None), "site", tmp_path)
    count, broken = crawled(files)
    assert broken == [] and count > 60
    page = files["projets/lora.html"].decode()
    assert '<a href="../projets/lora/suite.html#h-le-prix">' in page
    assert 'src="../projets/lora/plan.png"' in page and "https://ailleurs.example.org/a.png" in page
    assert "=1+1 une ferme" in page and "rien du tout" in page
    # What a browser would run from a disk is given as text.
    assert "projets/lora/notes.html.txt" in files and "projets/lora/notes.html" not in files
    assert not any("clos" in name for name in files) and "quoi -.html" in files
    assert report.pages == 7 and report.attachments == 2 and not report.problems
    for name, data in files.items():
        if name.endswith(".html"):
            assert not re.search(rb"/-/|<form(?! [^>]*role=\"search\")| on[a-z]+=", data), name
    everything, _report = exported(system_reader(instance, "test"), "site", tmp_path)
    assert "projets/clos/secret.png" in everything
    assert crawled(everything)[1] == []


def test_the_starter_pages_and_a_wiki_without_a_first_page(
    starter: Instance, tmp_path: Path
) -> None:
    with use_language("fr"):
        files, report = exported(Reader(starter, None), "site", tmp_path)
    count, broken = crawled(files)
    assert broken == [] and count > 2000 and not report.problems
    assert "Projets" in files["index.html"].decode()


def test_what_cannot_be_laid_out_is_told_and_its_text_is_given(
    instance: Instance, write: Write, tmp_path: Path
) -> None:
    write({"index.md": "# A\n", "lourd.md": "# Lourd\n\n" + "- [a](b) *c* " * 60_000})
    files, report = exported(Reader(instance, None), "site", tmp_path)
    assert [path for path, _words in report.problems] == ["lourd"]
    assert files["lourd.html"].decode().count("[a](b)") >= 60_000
    write({"index.md": None, "lourd.md": None, "b.md": "# Bé\n"})
    files, _report = exported(Reader(instance, None), "site", tmp_path)
    assert "Bé" in files["index.html"].decode()  # a list stands in for the first page


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                '<a href="/a">',
                '<a href="/-/x">',
                '<a href="https://x.org">',
                "</a>",
                "mot",
                '<div class="actions">',
                "</div>",
                '<span class="quiet">',
                "</span>",
                '<img src="/i" alt="i">',
                '<img src="https://x.org/i.png">',
                '<a class="button" href="/a">',
                "<br>",
                "&lt;",
                "<ul><li>",
                '<time datetime="2026-01-01" title="x">',
                "</time>",
            ]
        ),
        max_size=30,
    )
)
def test_a_body_stays_well_formed_whatever_is_in_it(parts: list[str]) -> None:
    gate = clean("".join(parts))
    made = as_files(
        gate, lambda url: "a.html" if url in ("/a", "/i") else None, lambda _day: "jour"
    )
    assert clean(made) == made
    assert "/-/" not in made and '<img src="https' not in made and "actions" not in made


def test_words_are_found_without_case_and_accents() -> None:
    assert terms("L’Œuvre d’été, à Brest-2 — İstanbul") == [
        *("l", "oeuvre", "d", "ete", "a", "brest", "2", "istanbul")
    ]


def test_it_is_read_and_searched_from_a_disk(
    chromium: Any, instance: Instance, write: Write, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    write(PAGES | {"couleurs.md": "# Capteurs d’été\n\nDes élèves, une œuvre et de la cire.\n"})
    with use_language("fr"), folder_at(tmp_path / "site") as target:
        write_export(Reader(instance, None), "site", target)
    asked: list[str] = []
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = chromium.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 800}, offline=True
        )
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "site" / "projets" / "lora.html").as_uri())
        expect(page.get_by_role("heading", name="LoRa à la ferme")).to_be_visible()
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", ground)[:3])) > 128) is (scheme == "light")
        page.add_script_tag(content=axe())
        assert page.evaluate(_AXE) == []
        field = page.get_by_role("searchbox").first
        field.fill("ETE")
        field.press("Enter")
        hit = page.get_by_role("link", name="Capteurs d’été")
        expect(hit).to_be_visible()
        words = page.get_by_role("searchbox").first
        for said in ("élev", "oeuvre cire", "capteuts"):
            words.fill("rien du tout de tel")
            expect(page.get_by_role("status")).to_contain_text("Rien n’a été trouvé")
            words.fill(said)
            expect(hit).to_be_visible()
        page.add_script_tag(content=axe())
        assert page.evaluate(_AXE) == []
        hit.click()
        expect(page.get_by_role("heading", name="Capteurs d’été")).to_be_visible()
        context.close()
    assert [url for url in asked if not url.startswith("file:")] == []


def test_where_a_project_was_presented_is_told_by_title(
    instance: Instance, write: Write, tmp_path: Path
) -> None:
    named = "[[[soirs/un]], [[soirs/deux]]]"
    write(
        {
            "projets/lora.md": f"---\ntype: project\npresented: {named}\n---\n# LoRa\n",
            "projets/pain.md": "---\ntype: project\npresented: ['[[soirs/deux]]']\n---\n# Pain\n",
            "soirs/un.md": "---\ntype: event\n---\n# La première soirée\n",
            "soirs/deux.md": "---\ntype: event\nvisibility: team\n---\n# La seconde\n",
        }
    )
    files, _report = exported(Reader(instance), "site", tmp_path)
    lora, pain = (files[f"projets/{name}.html"].decode() for name in ("lora", "pain"))
    assert "La première soirée" in lora and "soirs/deux" not in lora + pain
    assert "Présenté à" in lora and "Présenté à" not in pain
