"""A page as a mind map: what becomes of its text, and files that programs read."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from .conftest import EVENT

if TYPE_CHECKING:
    from wiki.instance import Instance

PAGE = """---
title: Notes
---

En tête.

## [[projets/lora]]

Une phrase avec [un lien](https://example.org/a).

- Une idée de [[personnes/awa|Awa]] et [[projets/pain]]
  - dessous
    encore

  Un autre paragraphe.
- [x] Faite #lora

### Besoins

::: besoins
- [ ] Un expert #radio @Bretagne {#b-7k2qx9ma}

:::

::: besoins theme:iot
:::

## Fin [x](javascript:alert(1)) [[nulle-part]] [m](../plan.md)
"""
#: what FreeMind's own schema says of a file, as far as we write it
SCHEMA = etree.RelaxNG(
    etree.fromstring(
        b"""<grammar xmlns="http://relaxng.org/ns/structure/1.0"
        datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
        <start><element name="map"><attribute name="version"/><ref name="node"/></element></start>
        <define name="node"><element name="node">
          <attribute name="TEXT"/><attribute name="ID"><data type="ID"/></attribute>
          <optional><attribute name="LINK"/></optional>
          <optional><attribute name="POSITION"><choice><value>left</value><value>right</value>
            </choice></attribute></optional>
          <zeroOrMore><choice><ref name="node"/>
            <element name="icon"><attribute name="BUILTIN"/></element>
            <element name="richcontent"><attribute name="TYPE"><value>NOTE</value></attribute>
              <element name="html"><element name="head"><empty/></element>
              <element name="body"><oneOrMore><element name="p"><text/></element></oneOrMore>
              </element></element></element>
          </choice></zeroOrMore></element></define></grammar>"""
    )
)


@pytest.mark.usefixtures("evening")
def test_headings_and_items_are_nodes_and_links_are_kept(
    write: Callable[..., str], client: Any
) -> None:
    write({f"{EVENT}/notes.md": PAGE})
    answer = client.get(f"/-/notes/{EVENT}/notes.mm")
    assert answer.content_type == "application/x-freemind"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.mm"'
    assert answer.data.isascii()
    root = etree.fromstring(answer.data)
    SCHEMA.assertValid(root)
    top = root[0]
    texts = [one.get("TEXT") for one in top.iter("node")]
    assert texts[:3] == ["Notes", "LoRa à la ferme", "un lien"]
    assert "Faite #lora" in texts
    assert "Un expert #radio" in texts
    assert not any("b-7k2qx9ma" in text for text in texts)
    assert "dessous encore" in texts
    links = {one.get("LINK") for one in top.iter("node")} - {None}
    base = top.get("LINK").removesuffix(f"/{EVENT}/notes")
    assert {f"{base}/projets/lora", f"{base}/personnes/awa", "https://example.org/a"} <= links
    assert f"{base}/projets/pain" in links
    assert f"{base}/evenements/plan" in links
    assert not any(link.startswith("javascript") for link in links)
    notes = [one.text for one in top.iter("p")]
    assert notes[:2] == ["En tête.", "Une phrase avec un lien."]
    assert "Un autre paragraphe." in notes
    assert [one.get("BUILTIN") for one in top.iter("icon")] == ["button_ok", "help"]


@pytest.mark.usefixtures("evening")
def test_the_map_is_a_list_that_anyone_can_walk(write: Callable[..., str], client: Any) -> None:
    write({f"{EVENT}/notes.md": PAGE})
    page = etree.HTML(client.get(f"/-/notes/map/{EVENT}/notes").get_data(as_text=True))
    drawn = page.find(".//div[@class='mind-map']")
    assert drawn.get("tabindex") == "0"
    outline = drawn.xpath("./ul/li/ul/li/div/a/text()")
    assert outline[0] == "LoRa à la ferme"
    assert drawn.xpath(".//a[@href='/projets/lora']")
    assert not page.xpath("//*[@style]")


@pytest.mark.usefixtures("evening")
def test_a_map_is_for_who_may_read_the_page(
    person: Callable[..., Any], log_in: Callable[..., Any], client: Any
) -> None:
    awa = log_in(person("Awa", page="personnes/awa"))
    for url in ("/-/notes/map/projets/secret", "/-/notes/projets/secret.mm"):
        assert client.get(url).status_code == 404
        assert awa.get(url).status_code == 200
        assert client.get(url.replace("secret", "nulle-part")).status_code == 404


@pytest.mark.usefixtures("evening")
def test_links_of_the_map_say_no_title_that_the_reader_may_not_know(
    write: Callable[..., str], client: Any
) -> None:
    write({"libre.md": "# Libre\n\n- [[projets/secret]]\n\n## [[projets/secret]]\n"})
    for url in ("/-/notes/map/libre", "/-/notes/libre.mm"):
        text = client.get(url).get_data(as_text=True)
        assert "Caché" not in text
        assert 'LINK="http://127.0.0.1/projets/secret"' not in text


@pytest.mark.usefixtures("evening")
def test_what_is_very_large_or_very_deep_is_drawn_as_far_as_it_can_be(
    write: Callable[..., str], client: Any, plugin_module: Any
) -> None:
    deep = "".join(f"{'  ' * level}- niveau {level}\n" for level in range(90))
    write({"long.md": "# Long\n\n" + "- une ligne\n" * 2000, "profond.md": f"# Profond\n\n{deep}"})
    long = client.get("/-/notes/map/long").get_data(as_text=True)
    assert long.count('class="is-item"') < plugin_module("mapviews").MOST
    assert "Les 1500 premières branches" in long
    assert client.get("/-/notes/long.mm").data.count(b"une ligne") == 2000
    assert "niveau 11" in client.get("/-/notes/map/profond").get_data(as_text=True)
    etree.fromstring(client.get("/-/notes/profond.mm").data)


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "# ",
                "## ",
                "- ",
                "  - ",
                "1. ",
                "> ",
                "::: todo\n",
                ":::\n",
                "\n\n",
                "[[a|b]]",
                "[x] ",
            ]
        ),
        st.text(max_size=12),
        st.characters(codec="utf-8", categories=["Cc", "Cs", "Cn", "So"]),
    ),
    max_size=30,
).map("".join)


@given(text=TEXTS)
@settings(deadline=None)
def test_any_text_makes_a_file_that_is_well_formed(
    plugin_module: Any, nobody: Any, text: str
) -> None:
    from wiki.documents.write.freemind import as_freemind
    from wiki.pages.page import Page

    page = Page("a", "a.md", text)
    tree = plugin_module("tree").tree_of(nobody, page)
    root = etree.fromstring(as_freemind(tree))
    SCHEMA.assertValid(root)
    assert len(root.findall(".//node")) >= tree.count()


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A visitor of a wiki without a page."""
    from wiki.config import load_settings
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found
    from wiki.reading import Reader

    made = load_settings(tmp_path_factory.mktemp("maps") / "instance", environ={})
    found(made, empty=True)
    instance: Instance = open_instance(made)
    yield Reader(instance)
    close_instance(instance)
