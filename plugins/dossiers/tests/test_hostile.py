"""Dossiers and who would misuse them: rights in a text, endless lists, rings, who sees more."""

import re
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from wiki.api.reading import get_page
from wiki.pages.document import read_document
from wiki.reading import Reader
from wiki.testing import token, unkeyed

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

HEAD = "---\ntype: dossier\ntitle: {}\nthemes: [agriculture]\nteam: ['[[personnes/awa]]']\n---\n"
ANYONE = frozenset({"public"})


def frozen(client: "FlaskClient", path: str) -> Any:
    """The answer to freezing the page at ``path``."""
    url = f"/-/dossiers/freeze/{path}"
    return client.post(url, data={"csrf_token": token(client, url)})


def read(client: "FlaskClient", url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.get_data(as_text=True)


def test_a_text_gives_no_rights_to_its_edition(
    farm: "Instance", awa: "FlaskClient", write: Callable[..., str]
) -> None:
    rights = "---\neditors: anyone\nteam: ['[[personnes/marc]]']\n---\n\nLa suite.\n"
    write({"dossiers/ruse.md": HEAD.format("Ruse") + rights})
    path = frozen(awa, "dossiers/ruse").location.strip("/")
    edition = get_page(Reader(farm, audience=ANYONE), path)
    assert "editors" not in edition.head
    assert "team" not in edition.head
    assert edition.head.text("edition") == "2027-03-01"
    assert "La suite." in edition.body
    assert frozen(awa, "dossiers/ruse").location.strip("/") == path


def test_who_sees_all_freezes_what_everyone_sees(
    farm: "Instance", person: Callable[..., "Person"], log_in: Callable[..., "FlaskClient"]
) -> None:
    admin = log_in(person("Chef", role="admin"))
    assert "Secret bien gardé" in read(admin, "/dossiers/capteurs")
    path = frozen(admin, "dossiers/capteurs").location.strip("/")
    text = get_page(Reader(farm, audience=ANYONE), path).text
    assert "Sol vivant" in text
    assert "ecret" not in text
    assert "nul ne doit" not in text
    assert "Nous en comptons 3." in text


def test_an_edition_stays_as_it_was_but_is_shown_to_no_more_than_its_dossier(
    farm: "Instance", awa: "FlaskClient", client: "FlaskClient", write: Callable[..., str]
) -> None:
    """What was handed out is out; what is closed later is closed in the living dossier alone."""
    url = frozen(awa, "dossiers/capteurs").location
    everything = Reader(farm, audience=frozenset({"all"}))
    project = get_page(everything, "projets/sol").text.replace(
        "---\n", "---\nvisibility: team\n", 1
    )
    write({"projets/sol.md": project})
    assert "Sol vivant" not in read(client, "/dossiers/capteurs").split('class="aside')[0]
    assert "Sol vivant" in read(client, url)
    dossier = get_page(everything, "dossiers/capteurs").text
    write({"dossiers/capteurs.md": dossier.replace("---\n", "---\nvisibility: team\n", 1)})
    assert client.get(url).status_code == client.get("/dossiers/capteurs").status_code == 404


@pytest.mark.parametrize("lines", [0, 1_000])
def test_no_list_is_too_short_or_too_long(
    farm: "Instance",
    awa: "FlaskClient",
    client: "FlaskClient",
    write: Callable[..., str],
    plugin_module: Callable[[str], Any],
    lines: int,
) -> None:
    listed = "".join(f"- [[Inconnu {number}]] — mot\n" for number in range(lines))
    blocks = f"::: sélection\n{listed}:::\n\n::: chronologie\n:::\n\n::: manques\n:::\n"
    write({"dossiers/long.md": HEAD.format("Long") + blocks})
    assert (
        "mot" not in unkeyed(read(client, "/dossiers/long")).split("<main")[1].split("</main>")[0]
    )
    told = read(awa, "/dossiers/long")
    assert ("300 premières lignes" in told) == (lines > 300)
    assert frozen(awa, "dossiers/long").status_code == 303
    assert client.get("/-/booklet/dossiers/long").status_code == 200


def test_dossiers_that_list_each_other(
    farm: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    lists = "::: sélection\n- [[dossiers/{}]] — l’autre\n:::\n\n::: dossiers\n:::\n"
    write(
        {
            "dossiers/un.md": HEAD.format("Un") + lists.format("deux"),
            "dossiers/deux.md": HEAD.format("Deux") + lists.format("un"),
        }
    )
    for path, other in (("un", "Deux"), ("deux", "Un")):
        chosen = read(client, f"/dossiers/{path}").split("block-chosen")[1].split("</ol>")[0]
        assert re.findall(r"<strong><a[^>]*>(.*?)</a>", chosen) == [other]
        assert client.get(f"/-/booklet/dossiers/{path}").status_code == 200


def test_a_question_of_thousands_of_filters(
    farm: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    many = ",".join(f"t{number}" for number in range(40_000))
    names = ("projets", "chronologie", "manques", "récurrents", "carte", "besoins", "dossiers")
    blocks = "".join(f"::: {name} theme:{many}\n:::\n\n" for name in names[:3])
    rest = "".join(f"::: {name} {'theme:x ' * 3_000}\n:::\n\n" for name in names[3:])
    write({"dossiers/filtres.md": HEAD.format("Filtres") + f"Avant.\n\n{blocks}{rest}Après.\n"})
    html = read(client, "/dossiers/filtres")
    assert "Avant." in html
    assert "Sol vivant" not in html


_PIECES = (
    *("#", " ", "-", "1.", "a", "[[x]]", "[a](b)", "{{nombre projets}}", ":::", " besoins", "`"),
    *("~~~", "```", "<b>", "&lt;", "|", "---", "===", "\n", "\t", "> ", "![x](y)", "[^1]", "\\"),
)


@example([":::", "a"], "<ul><li>{}</li></ul>")
@given(
    st.lists(st.sampled_from(_PIECES), max_size=10),
    st.sampled_from(
        ["<p>{}</p>", "<ul><li>{}</li></ul>", "<ul><li>a<ul><li>{}</li></ul></li></ul>"]
    ),
)
def test_words_that_were_shown_stay_words_in_an_edition(
    plugin_module: Callable[[str], Any], pieces: list[str], shape: str
) -> None:
    """No block, heading or link comes of what a living block said."""
    shown = plugin_module("plain").as_markdown(shape.format(escape("".join(pieces))))
    document = read_document(f"Avant.\n\n{shown}\n\nAprès.\n")
    assert (document.blocks, document.headings, document.links) == ((), (), ())


def test_what_begins_like_a_list_is_shown_as_it_was(plugin_module: Callable[[str], Any]) -> None:
    for words in ("1. un", "2026) deux", "- trois", "::: quatre", ".net"):
        for shape in ("<p>{}</p>", "<ul><li>{}</li></ul>"):
            shown = MarkdownIt().render(plugin_module("plain").as_markdown(shape.format(words)))
            assert re.sub(r"<[^>]*>", "", shown).strip() == words
