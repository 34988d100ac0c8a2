"""The look as browsers get it: chosen by administrators alone, in force at once, safe to load."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from werkzeug.test import Client

from wiki.app import create_application
from wiki.editing.settings import change_look
from wiki.testing import module_wiki, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
HOME = "/-/admin/settings/look"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10">'
    b'<rect width="40" height="10" fill="#1f4f9e"/></svg>'
)
INDEX = "# Accueil\n\nBonjour\n\n## Un\n\n- a\n\n## Deux\n\nb\n\n## Trois\n\nc\n"


@pytest.fixture
def ada(person: "Callable[..., Person]") -> "Person":
    return person("Ada", "admin")


@pytest.fixture
def admin(ada: "Person", log_in: "Callable[[Person], FlaskClient]") -> "FlaskClient":
    return log_in(ada)


@pytest.fixture
def visitor(instance: "Instance") -> Client:
    """Someone whose pages are kept."""
    return Client(create_application(instance))


@pytest.fixture(autouse=True)
def pages(write: Callable[..., str]) -> None:
    write({"index.md": INDEX, "secret.md": "---\nvisibility: members\n---\n# S\n"})


def html(answer: "TestResponse") -> str:
    return unescape(answer.get_data(as_text=True))


def send(client: "FlaskClient", page: str, **fields: Any) -> "TestResponse":
    return client.post(f"{HOME}{page}", data={"csrf_token": token(client), **fields})


def test_nobody_else_reaches_it(
    app: Any, person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    member = log_in(person("Mo", "member"))
    for page in ("", "/logo", "/home", "/menu", "/foot", "/try", "/try.css"):
        assert app.test_client().get(HOME + page).status_code in (302, 303), page
        assert member.get(HOME + page).status_code == 403, page
    for page in ("", "/logo", "/home", "/menu", "/foot", "/partners"):
        assert send(member, page, choice="#1f4f9e", action="save").status_code == 403, page


def test_an_accent_is_in_force_at_once_and_kept_for_ever(
    instance: "Instance", admin: "FlaskClient", visitor: Client
) -> None:
    before = html(visitor.get("/"))
    assert "/-/look/" not in before
    refused = send(admin, "", choice="own", own="#ffcc00", font="figtree")
    assert refused.status_code == 422 and "#876700" in html(refused)
    assert 'value="figtree" checked' in html(refused)
    assert "#876700" in html(admin.get(f"{HOME}/try?choice=own&own=%23ffcc00"))
    assert send(admin, "", choice="#1f4f9e", font="figtree").status_code == 303
    after = html(visitor.get("/"))
    address = re.findall(r'<link rel="stylesheet" href="(/-/look/[^"]+)"', after)[0]
    style = visitor.get(address)
    assert "--primary:#1f4f9e" in html(style) and "immutable" in style.headers["Cache-Control"]
    assert "literata" not in after and "style=" not in after
    assert "Ada" in html(admin.get(HOME))
    # Who has a page of yesterday gets the colours of today, which are not kept as those.
    assert send(admin, "", choice="#0d646c", font="figtree").status_code == 303
    style = visitor.get(address)
    assert "--primary:#0d646c" in html(style) and style.headers["Cache-Control"] == "no-cache"
    assert send(admin, "", choice="", font="literata").status_code == 303
    assert html(visitor.get("/")) == before


def test_a_logo_is_safe_small_and_shown(
    instance: "Instance", admin: "FlaskClient", visitor: Client
) -> None:
    def logo(data: bytes, name: str) -> "TestResponse":
        return send(admin, "/logo", logo=(BytesIO(data), name))

    head = instance.repository.head()
    for data, name, words in (
        (
            SVG.replace(b"<rect", b"<script>alert(1)</script><rect"),
            "a.svg",
            "qui n’est pas un dessin",
        ),
        (SVG.replace(b"<rect", b'<rect onload="alert(1)"'), "a.svg", "qui n’est pas un dessin"),
        (b"<html>", "a.html", "en SVG, PNG, WebP ou JPEG"),
        (b"<html>", "a.png", "ce que dit son nom"),
    ):
        refused = logo(data, name)
        assert refused.status_code == 422 and words in html(refused), name
    assert instance.repository.head() == head
    assert logo(SVG, "Logo final (2).svg").status_code == 303
    page = html(visitor.get("/"))
    (address,) = re.findall(r'class="logo" src="([^"]+)" alt="Carrefour"', page)
    shown = visitor.get(address)
    assert shown.mimetype == "image/svg+xml" and "immutable" in shown.headers["Cache-Control"]
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    icon = re.findall(r'<link rel="icon" href="([^"]+)"', page)[0]
    shared = re.findall(r'property="og:image" content="[^"]*?(/-/look/[^"]+)"', page)[0]
    sizes = [Image.open(BytesIO(visitor.get(one).data)).size for one in (icon, shared)]
    assert sizes == [(128, 128), (1200, 630)]
    drawn = BytesIO()
    Image.new("RGB", (2000, 500), "#1f4f9e").save(drawn, "PNG")
    assert logo(drawn.getvalue(), "a.png").status_code == 303
    (name,) = re.findall(r'class="logo" src="([^"]+)"', html(visitor.get("/")))
    assert Image.open(BytesIO(visitor.get(name).data)).size == (480, 120)
    assert visitor.get(address).status_code == 404
    assert send(admin, "/logo", **{"remove-logo": "1"}).status_code == 303
    assert not instance.look.pictures and 'class="logo' not in html(visitor.get("/"))


def test_the_home_page_is_arranged(admin: "FlaskClient", visitor: Client) -> None:
    def order() -> list[str]:
        return re.findall(r">(Salut|Bonjour|Un|Deux|Trois) ?<", html(visitor.get("/")))

    assert order() == ["Bonjour", "Un", "Deux", "Trois"]
    form = html(admin.get(f"{HOME}/home"))
    text = re.findall(r'name="text" value="([^"]+)"', form)
    head = re.findall(r'name="head" value="([^"]+)"', form)
    assert len(text) == 5 and head == ["actions", "soon", "drawing"]
    moved = html(
        send(admin, "/home", head=head, text=text, action="text:up-3", welcome="**Salut**")
    )
    text = re.findall(r'name="text" value="([^"]+)"', moved)
    # Pressed again from where one is, it moves on.
    assert re.findall(r'value="([^"]+)"[^>]* autofocus', moved) == ["text:up-2"]
    assert order() == ["Bonjour", "Un", "Deux", "Trois"] and "**Salut**" in moved
    sent = {"head": head, "text": [*text, "#nulle-part"], "hidden": ["drawing", text[-1]]}
    assert send(admin, "/home", **sent, welcome="**Salut**", action="save").status_code == 303
    assert order() == ["Salut", "Bonjour", "Deux", "Un"]
    assert 'class="weave"' not in html(visitor.get("/"))


def test_menu_and_foot_say_what_was_chosen(
    instance: "Instance", ada: "Person", admin: "FlaskClient", visitor: Client
) -> None:
    urls = ["/", "/secret", "https://example.org/", ""]
    sent = {
        "url": urls,
        "fr": ["Accueil ici", "Secret", "Ailleurs", ""],
        "en": ["Home", "", "", ""],
    }
    added = html(send(admin, "/menu", **sent, action="add"))
    assert added.count('name="url"') == 5 and not instance.look.menu
    assert send(admin, "/menu", **sent, action="save").status_code == 303
    page = html(visitor.get("/", headers={"Accept-Language": "fr"}))
    assert "Accueil ici" in page and "https://example.org/" in page
    assert "Secret" not in page and ">Secret<" in html(admin.get("/"))
    assert ">Home<" in html(visitor.get("/", headers={"Accept-Language": "en"}))
    bad = send(admin, "/menu", url=["javascript:alert(1)"], fr=["X"], en=[""], action="save")
    assert bad.status_code == 422 and "javascript:alert(1)" in html(bad)
    foot = {"url": ["/-/changes"], "fr": ["Quoi de neuf"], "en": [""], "action": "save"}
    words = "Porté par **nous**. <script>alert(1)</script>"
    assert send(admin, "/foot", **foot, footer=words).status_code == 303
    partner = {"name": "La Ville", "address": "https://example.org/ville", "action": "add"}
    assert send(admin, "/partners", **partner, logo=(BytesIO(SVG), "v.svg")).status_code == 303
    page = visitor.get("/").get_data(as_text=True)
    assert "<strong>nous</strong>" in page and "<script>alert" not in page
    assert 'alt="La Ville"' in page and "Quoi de neuf" in page
    assert send(admin, "/partners", action="remove-0").status_code == 303
    assert not instance.look.partners
    change_look(instance, ada, {"menu": (), "links": (), "footer": ""})
