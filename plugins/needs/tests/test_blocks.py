"""Blocks as Markdown that anybody can read, and the HTML that becomes of it: see ``blocks.md``."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.api.reading.html import render_body
from wiki.cache.topics import DAY, noting
from wiki.translation import use_language

if TYPE_CHECKING:
    from wiki.instance import Instance

_CASE = re.compile(
    r"^## (?P<name>.+?)$.*?^````markdown\n(?P<text>.*?)^````$.*?^````html\n(?P<html>.*?)^````$",
    re.S | re.M,
)
CASES = [
    pytest.param(found["text"], found["html"], id=found["name"])
    for found in _CASE.finditer((Path(__file__).parent / "blocks.md").read_text("utf-8"))
]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with use_language("en"):
        yield


@pytest.fixture(scope="module")
def render(plugin_module: Callable[[str], Any]) -> Callable[[str], Any]:
    """A page with no wiki around it, on a day of its own."""
    from wiki.config import load_settings
    from wiki.instance import template_folders
    from wiki.jinja import environment
    from wiki.pages.document import read_document
    from wiki.plugins import load_plugins
    from wiki.rendering.context import RenderContext
    from wiki.rendering.pipeline import render

    plugins = load_plugins()
    zone = load_settings(Path("nowhere"), environ={}).zone
    context = RenderContext(
        views=plugin_module("__init__").block_views(),
        templates=environment(template_folders(plugins), lambda: zone),
        today=date(2026, 11, 24),
    )
    return lambda text: render(read_document(text), context)


def test_all_cases_are_read() -> None:
    text = (Path(__file__).parent / "blocks.md").read_text("utf-8")
    assert len(CASES) == text.count("\n## ") > 5


@pytest.mark.parametrize(("text", "html"), CASES)
def test_block(render: Callable[[str], Any], text: str, html: str) -> None:
    assert _squeezed(render(text).html) == _squeezed(html)


def test_the_day_matters_only_where_a_day_is_named(render: Callable[[str], Any]) -> None:
    for line, named in (("un avis", False), ("un avis vu:2026-01-01", True)):
        with noting() as topics:
            render(f"::: besoins\n- {line}\n\n:::\n")
        assert (DAY in topics) is named


def _squeezed(html: str) -> str:
    return re.sub(r"\s*(</?[^>]+>)\s*", r"\1", re.sub(r"\s+", " ", html)).strip()


def shown(instance: "Instance", path: str, person: Any = None) -> str:
    from wiki.reading import Reader

    reader = Reader(instance, person)
    return render_body(reader, get_page(reader, path), editing=person is not None).html


@pytest.fixture
def wiki(write: Callable[..., str]) -> None:
    """Three projects: a public one, one for members, one for a team that nobody is in."""
    head = "---\ntype: project\nthemes: [{theme}]\nterritory: {where}\n{more}---\n# {title}\n\n"
    write(
        {
            "lora.md": head.format(theme="IoT", where="Bretagne", title="LoRa", more="")
            + "::: historique\n- 2026-01-01 pilote\n\n:::\n\n::: besoins\n"
            "- un avis #radio {#b-aaaaaaaa}\n- une ferme @Normandie #essai {#b-bbbbbbbb}\n"
            "- [x] un juriste #rgpd {#b-cccccccc}\n- [-] une application {#b-dddddddd}\n\n:::\n",
            "vieux.md": "::: besoins\n- vieux #radio vu:2020-01-01 {#b-99999999}\n\n:::\n",
            "reserve.md": head.format(
                theme="IoT", where="Bretagne", title="Réservé", more="visibility: members\n"
            )
            + "::: besoins\n- un secret #radio {#b-eeeeeeee}\n\n:::\n",
            "clos.md": head.format(
                theme="IoT", where="Bretagne", title="Clos", more="visibility: team\n"
            )
            + "::: offres\n- un autre secret #radio {#o-ffffffff}\n\n:::\n",
        }
    )


LISTS = {
    "theme:iot": "aaaaaaaa bbbbbbbb cccccccc",
    "theme:iot open": "aaaaaaaa bbbbbbbb",
    "theme:iot ouverts": "aaaaaaaa bbbbbbbb",
    "mot-clé:radio,essai": "99999999 aaaaaaaa bbbbbbbb",
    "keyword:rgpd": "cccccccc",
    "territoire:Bretagne open": "aaaaaaaa",
    "territory:normandie": "bbbbbbbb",
    "projet:LoRa open": "aaaaaaaa bbbbbbbb",
    "project:lora,reserve open": "aaaaaaaa bbbbbbbb",
    "projet:reserve": "",
    "maturity:prototype..market open": "aaaaaaaa bbbbbbbb",
    "maturité:idée..prototype open": "",
    "open limite:1 sort:old": "aaaaaaaa",
    "endormis": "99999999",
    "open sleeping mot-clé:radio": "99999999 aaaaaaaa",
    "sleeping:oui": "",
    "theme:iot inconnu:x": "",
    "open sort:cher": "",
    "open limit:0": "",
    "open limit:9999999": "",
    "open:oui": "",
    "keyword": "",
    "keyword:a..b": "",
    'theme:"iot': "",
}


def test_lists(wiki: None, instance: "Instance", write: Callable[..., str]) -> None:
    write(
        {
            f"liste-{number}.md": f"::: besoins {args}\n\n:::\n\n{{{{nombre besoins {args}}}}}\n"
            for number, args in enumerate(LISTS)
        }
    )
    for number, (args, expected) in enumerate(LISTS.items()):
        html = shown(instance, f"liste-{number}")
        found = re.findall(r'<a href="/-/needs/b-(\w+)"', html)
        assert " ".join(sorted(found)) == expected, args
        if expected and "limit" not in args:
            assert f"<p>{len(found)}</p>" in html, args


def test_a_list_goes_on_at_the_board(
    wiki: None, instance: "Instance", write: Callable[..., str]
) -> None:
    query = "theme:IoT maturité:pilote..marché projet:LoRa open limit:1"
    write({"liste.md": f"::: besoins {query}\n:::\n"})
    url = "/-/needs?theme=iot&amp;maturity=pilot&amp;maturity=market&amp;project=lora"
    assert f'href="{url}&amp;state=open"' in shown(instance, "liste")
    write({"liste.md": f"::: besoins {query.replace('open ', '')}\n:::\n"})
    every = "&amp;state=open&amp;state=sleeping&amp;state=met"
    assert f'href="{url}{every}"' in shown(instance, "liste")


def test_what_a_list_cannot_answer_is_told_to_who_may_edit(
    wiki: None, instance: "Instance", write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"liste.md": "::: offres prix:0\n- la mienne\n\n:::\n\n{{count offers sort:x}}\n"})
    told = shown(instance, "liste", person("Awa", role="admin"))
    assert told.count('class="problem"') == 3
    assert "la mienne" not in told
    assert "{{count offers sort:x}}" in told
    assert 'class="problem"' not in shown(instance, "liste")


def test_members_see_their_part_of_a_list(
    wiki: None, instance: "Instance", write: Callable[..., str], person: Callable[..., Any]
) -> None:
    write({"liste.md": "::: needs open\n:::\n\n{{count needs open}} {{count offers open}}\n"})
    assert "<p>2 0</p>" in shown(instance, "liste")
    assert "<p>3 0</p>" in shown(instance, "liste", person("Awa"))
    assert "<p>3 1</p>" in shown(instance, "liste", person("Binta", role="admin"))
