"""Whatever is sent, the answer is a sentence and the text is kept: no 5xx, no lost edit."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

LogIn = Callable[["Person"], "FlaskClient"]
UNCHECKED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def writer(person: Callable[..., "Person"], log_in: LogIn) -> "FlaskClient":
    return log_in(person("Une"))


@pytest.fixture
def post(writer: "FlaskClient") -> "Callable[..., TestResponse]":
    secret = token(writer, "/-/account")

    def post(url: str, **data: object) -> "TestResponse":
        return writer.post(url, data={"csrf_token": secret, **data})

    return post


def test_broken_front_matter_is_refused_with_the_text_kept(
    post: "Callable[..., TestResponse]", instance: "Instance"
) -> None:
    head = instance.repository.head()
    answer = post("/-/edit/page", text="---\nteam: [oups\n---\n\nmon texte\n", base="")
    assert answer.status_code == 422
    assert "mon texte" in answer.get_data(as_text=True)
    assert instance.repository.head() == head


def test_an_unknown_block_and_a_bad_date_are_saved_and_told_to_who_may_edit(
    post: "Callable[..., TestResponse]", writer: "FlaskClient", client: "FlaskClient"
) -> None:
    text = (
        "# P\n\n::: inconnu\nmon texte\n\n:::\n\n::: besoins\n- Un besoin avant:2026-99-99\n\n:::\n"
    )
    assert post("/-/edit/page", text=text, base="").status_code == 303
    seen, told = client.get("/page"), writer.get("/page")
    assert "mon texte" in seen.get_data(as_text=True)
    assert "2026-99-99" in told.get_data(as_text=True)
    assert "problems" in told.get_data(as_text=True)
    assert "problems" not in seen.get_data(as_text=True)


def test_a_paste_of_ten_megabytes_is_refused_with_a_sentence(
    post: "Callable[..., TestResponse]",
) -> None:
    answer = post("/-/edit/page", text="mot " * 2_500_000, base="")
    assert answer.status_code == 413


def test_a_long_page_is_refused_with_its_text_kept(post: "Callable[..., TestResponse]") -> None:
    answer = post("/-/edit/page", text="début " + "mot " * 300_000, base="")
    assert answer.status_code == 413
    assert "début mot" in answer.get_data(as_text=True)


def test_an_empty_page_is_refused(post: "Callable[..., TestResponse]") -> None:
    assert post("/-/edit/page", text=" \n ", base="").status_code == 422


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("photo.png", b"<html><script>alert(1)</script>", 415),
        ("page.html", b"<html></html>", 415),
        ("vide.png", b"", 415),
        ("sans-extension", b"texte", 415),
        ("notes.txt", b"Bonjour", 303),
    ],
)
def test_a_file_is_what_its_name_says(
    post: "Callable[..., TestResponse]", name: str, data: bytes, status: int
) -> None:
    post("/-/edit/page", text="# P\n", base="")
    assert post("/-/attach/page", file=(io.BytesIO(data), name)).status_code == status


def test_a_page_that_exists_is_not_taken_by_a_move(post: "Callable[..., TestResponse]") -> None:
    post("/-/edit/un", text="# Un\n", base="")
    post("/-/edit/deux", text="# Deux\n", base="")
    assert post("/-/rename/un", to="deux").status_code == 409
    for reserved in ("-", "-/x", "wiki.git", "../x", "a/../b", "index", "x.md"):
        assert post("/-/rename/un", to=reserved).status_code in (404, 409, 422), reserved


def test_two_projects_of_one_title_get_two_addresses(post: "Callable[..., TestResponse]") -> None:
    first = post("/-/new", type="project", title="Même titre")
    second = post("/-/new", type="project", title="Même titre", summary="Un autre.")
    assert (first.location, second.location) == ("/projets/meme-titre", "/projets/meme-titre-2")
    assert post("/-/new", type="project", title="").status_code == 422
    assert post("/-/new", type="planète", title="X").status_code == 422


def test_a_commit_that_breaks_every_rule_costs_no_page(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    write(
        {
            "bonne.md": "# Bonne\n",
            "double.md": "# A\n",
            "double/index.md": "# B\n",
            "casse.md": "---\nteam: [oups\n---\n\ntexte\n",
            "octets.md": b"\xff\xfe\x00pas de l'utf-8 \xe9\n",
            "vide.md": "",
            "sans-fin.md": "::: besoins\n- Un besoin {#b-aaaaaaaa}\n",
            "copie.md": "::: besoins\n- Le même {#b-aaaaaaaa}\n\n:::\n",
            "con.md": "# Nom réservé\n",
            "-x.md": "# Tiret\n",
            "a b.md": "# Espace\n",
            "É.md": "# Accent\n",
            "long.md": "[" * 20_000,
            "gros.bin": b"\x00" * 1000,
        }
    )
    for url in ("/bonne", "/double", "/octets", "/vide", "/sans-fin", "/copie", "/a%20b", "/É"):
        assert client.get(url).status_code == 200, url
    for url in ("/casse", "/con", "/-x"):
        assert client.get(url).status_code == 404, url
    for url in ("/long", "/gros.bin", "/-/changes", "/-/search?q=bonne", "/sitemap.xml"):
        assert client.get(url).status_code == 200, url


@UNCHECKED
@given(st.text(max_size=60))
def test_any_address_is_answered(client: "FlaskClient", path: str) -> None:
    from urllib.parse import quote

    for prefix in ("/", "/-/history/", "/-/edit/", "/-/search?q=", "/-/diff/", "/-/needs/"):
        # An address that begins with two strokes names a host to who asks, and no page.
        address = (prefix + quote(path)).replace("//", "/")
        assert client.get(address).status_code < 500


@UNCHECKED
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "from",
                "to",
                "at",
                "q",
                "theme",
                "before",
                "section",
                "type",
                "lang",
                "width",
                "after",
                "next",
                "line",
            ]
        ),
        st.text(max_size=30),
        max_size=4,
    )
)
def test_any_question_is_answered(client: "FlaskClient", question: dict[str, str]) -> None:
    for url in (
        "/",
        "/-/search",
        "/-/changes",
        "/-/needs",
        "/-/projects",
        "/-/diff/index",
        "/-/version/index",
        "/-/login",
        "/-/new",
        "/sitemap.xml",
    ):
        assert client.get(url, query_string=question).status_code < 500


@UNCHECKED
@given(text=st.text(max_size=200), base=st.text(max_size=50), section=st.text(max_size=20))
def test_any_text_is_saved_or_kept(
    app: "Flask", writer: "FlaskClient", text: str, base: str, section: str
) -> None:
    secret = token(writer, "/-/account")
    data = {"csrf_token": secret, "text": text, "base": base, "section": section, "message": base}
    answer = writer.post("/-/edit/page", data=data)
    assert answer.status_code in (303, 404, 409, 413, 422)


def test_a_number_of_thousands_of_digits_is_none(
    client: "FlaskClient", write: Callable[..., str]
) -> None:
    many = "9" * 5_000
    blocks = "".join(
        f"::: {name} limit:{many}\n\n:::\n\n" for name in ("projets", "besoins", "personnes")
    )
    write(
        {
            "listes.md": f"{blocks}::: événements année:{many}..{many}\n\n:::\n",
            "evenements/salon.md": f"---\ntype: event\nstarts: 2027-03-01\ncapacity: {many}\n---\n",
            "personnes/ada.md": f"---\ntype: person\navailability: {many}\n---\n# Ada\n",
        }
    )
    for url in ("/listes", "/evenements/salon", "/personnes/ada"):
        assert client.get(url).status_code == 200, url
    for name in (
        "search?sort=newest&q=ada&from=",
        "people?from=",
        "edit/x?section=",
        "status?year=",
    ):
        assert client.get(f"/-/{name}{many}").status_code < 500, name


FEW = settings(UNCHECKED, max_examples=15)
FINDING = (
    "search",
    "search.csv",
    "search.atom",
    "suggest",
    "catalogue",
    "catalogue.csv",
    "catalogue.xlsx",
    "catalogue/frame",
    "territories",
    "territories/map.svg",
    "territories/embed",
    "relations",
    "relations/graph.json",
    "relations/file.gexf",
    "relations/file.csv",
    "relations/file.mm",
    "relations/embed",
    "near",
    "figures",
    "figures/years",
    "booklet/index",
)
_ASKED = ["q", "theme", "territory", "type", "sort", "column", "from", "kind", "around", "of"]
_SAID = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["project", "index", "projets/a", "theme:x", "-1", "9" * 30, "a:b", '"', "*"]),
)


@FEW
@given(st.lists(st.tuples(st.sampled_from(_ASKED), _SAID), max_size=5))
def test_any_question_to_what_finds_is_answered(
    client: "FlaskClient", question: list[tuple[str, str]]
) -> None:
    from urllib.parse import urlencode

    asked = urlencode(question, errors="replace")
    for name in FINDING:
        assert client.get(f"/-/{name}?{asked}").status_code < 500, (name, asked)


@FEW
@given(title=st.text(max_size=80), words=st.text(max_size=400), themes=st.text(max_size=80))
def test_any_dossier_is_begun_or_its_words_are_kept(
    writer: "FlaskClient", title: str, words: str, themes: str
) -> None:
    secret = token(writer, "/-/account")
    data = {"csrf_token": secret, "title": title, "summary": words, "themes": themes, "all": "1"}
    made = writer.post("/-/dossiers/new", data=data)
    assert made.status_code in (303, 409, 413, 422)
    if made.status_code == 303:
        assert writer.get(made.location).status_code == 200
        sure = {"csrf_token": secret, "unfilled": "1"}
        frozen = writer.post(f"/-/dossiers/freeze{made.location}", data=sure)
        assert frozen.status_code in (303, 403)
    assert writer.post("/-/near", data={"csrf_token": secret, "text": words}).status_code < 500


def test_what_contradicts_itself_finds_nothing_and_says_so(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    write({"projets/a.md": "---\ntype: project\ntitle: Capteurs\nthemes: [eau]\n---\n\nTexte.\n"})
    for asked in ("theme=eau&theme=feu", "theme=eau&type=person", "theme=feu&q=capteurs"):
        for name in FINDING[:3]:
            answer = client.get(f"/-/{name}?{asked}")
            assert answer.status_code == 200, (name, asked)
    for name in ("search", "catalogue", "territories", "relations"):
        assert "Capteurs" not in client.get(f"/-/{name}?theme=feu").get_data(as_text=True), name


def test_what_stands_in_sheets_is_never_worked_out(
    write: Callable[..., str], client: "FlaskClient"
) -> None:
    """Nor in files for programs that draw: names are words, whatever they begin with."""
    from zipfile import ZipFile

    titles = ('=cmd|"/C calc"!A0', "+33", "@SUM(A1)", "-1", '"><script>x</script>', "&e;\x0b")
    write(
        {
            f"projets/p{number}.md": f"---\ntype: project\n---\n# {title}\n\nTexte.\n"
            for number, title in enumerate(titles)
        }
    )
    for name in ("catalogue.csv", "search.csv?type=project", "relations/file.csv"):
        cells = client.get(f"/-/{name}").get_data(as_text=True).lstrip("\ufeff").splitlines()
        begun = [cell.strip('"') for line in cells for cell in line.split(",")]
        assert not [cell for cell in begun if cell.startswith(("=", "+", "@", "-"))], name
    with ZipFile(io.BytesIO(client.get("/-/catalogue.xlsx").data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert 'cmd|"/C calc"!A0' in "".join(
            book.read(name).decode().replace("&quot;", '"') for name in book.namelist()
        )
    for ending in ("gexf", "graphml", "mm"):
        data = client.get(f"/-/relations/file.{ending}").data
        root = ElementTree.fromstring(data)  # noqa: S314 - it is our own
        assert b"<!" not in data.replace(b"<?", b"")
        assert any('"><script>' in value for one in root.iter() for value in _said(one))


def _said(element: ElementTree.Element) -> list[str]:
    return [*element.attrib.values(), element.text or ""]
