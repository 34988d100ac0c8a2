"""Dossiers as people use them: shown, arranged, begun, frozen, proposed to."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from wiki.api.reading import get_page
from wiki.jinja import day_of
from wiki.pages.page import Page
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import WIKI_AUTHOR
from wiki.sisters.mount import unmount
from wiki.testing import mount_sister, token
from wiki.translation import use_language

from .conftest import STORY, project

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance

AT = "/-/dossiers/selection/dossiers/capteurs"
CONTENT = Path(__file__).parents[3] / "content"
FREEZE = "/-/dossiers/freeze/dossiers/capteurs"


def read(client: "FlaskClient", url: str) -> str:
    """The page at ``url``."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def source(instance: "Instance", path: str) -> str:
    """The text of a page, as its team sees it."""
    return get_page(Reader(instance, audience=frozenset({"all"})), path).text


def post(client: "FlaskClient", url: str, **form: str) -> Any:
    """Posts a form of ``url``."""
    return client.post(url, data={**form, "csrf_token": token(client, url)})


def test_what_one_may_not_see_leaves_no_trace(farm: "Instance", client: "FlaskClient") -> None:
    html = read(client, "/dossiers/capteurs")
    assert "Nous en comptons 3." in html
    chosen = html.split('<ol class="block-chosen">')[1].split("</ol>")[0]
    assert re.findall(r"<strong><a[^>]*>(.*?)</a>", chosen) == ["Sol vivant", "Eau claire"]
    assert "<strong>premier</strong>" in chosen
    assert "Deux hivers" in chosen
    assert "1 besoin" in chosen
    assert "2026" in chosen
    for hidden in ("Secret", "secret", "nul ne doit"):
        assert hidden not in html
    assert "parti" not in html.split('class="site-foot')[0]
    assert "Une carte qui tient" in html
    assert "2 projets" in html


def test_a_dossier_is_as_fresh_as_the_stories_it_shows(
    farm: "Instance", client: "FlaskClient"
) -> None:
    """The day of an import is none on which anything happened."""
    dossier = "---\ntype: dossier\ntitle: Bio\n---\n\n::: sélection\n{}:::\n"
    lines = ["- [[projets/ble]]\n", "- [[projets/orge]]\n"]
    pages = {
        "projets/ble.md": project("Blé ancien", STORY),
        "projets/orge.md": project("Orge"),
        "dossiers/deux.md": dossier.format("".join(lines)),
        "dossiers/muet.md": dossier.format(lines[1]),
    }
    texts = {name: text.encode() for name, text in pages.items()}
    commit(farm.repository, farm.repository.head(), texts, WIKI_AUTHOR, "Import de pages")
    fresh = read(client, "/dossiers/deux").split('id="fresh-title"')[1].split("</section>")[0]
    assert "2 projets" in fresh and "Blé ancien" in fresh
    assert re.findall(r"<time[^>]*>(.*?)</time>", fresh) == ["2 mai 2026"]
    assert 'id="fresh-title"' not in read(client, "/dossiers/muet")


def test_who_edits_is_told_what_is_wrong(awa: "FlaskClient") -> None:
    html = read(awa, "/dossiers/capteurs")
    assert html.count("ne mène à aucune page ici") >= 2
    assert AT in html


def test_only_who_may_edit_arranges(
    farm: "Instance",
    client: "FlaskClient",
    person: Callable[..., Any],
    log_in: Callable[..., "FlaskClient"],
) -> None:
    assert client.get(AT).status_code in (302, 303, 401)
    other = log_in(person("Marc", page="personnes/marc"))
    assert other.get(AT).status_code == 403
    assert other.get("/-/dossiers/selection/dossiers/rien").status_code == 404


def test_a_proposal_is_dismissed_once_and_for_all(farm: "Instance", awa: "FlaskClient") -> None:
    proposed = read(awa, f"{AT}?proposals=1").split('id="proposals"')[1]
    assert "Air libre" in proposed
    assert "agriculture" in proposed
    assert "Secret" not in proposed
    assert "Sol vivant" not in proposed
    assert "un projet sur ses thèmes" in read(awa, "/-/account")
    for _twice in range(2):
        post(awa, AT, decline="projets/air")
    assert "Air libre" not in read(awa, f"{AT}?proposals=1").split('id="proposals"')[1]
    assert "sur ses thèmes" not in read(awa, "/-/account")


def test_a_dossier_is_begun(farm: "Instance", awa: "FlaskClient") -> None:
    url = "/-/dossiers/new"
    led = awa.get("/-/new?type=dossier&title=Sols")
    assert (led.status_code, led.location) == (302, f"{url}?title=Sols")
    assert 'value="Sols"' in read(awa, led.location)
    wrong = post(awa, url, title="Sols et eaux", summary="Pourquoi ?", themes=" ")
    assert wrong.status_code == 422
    assert "Sols et eaux" in wrong.get_data(as_text=True)
    made = post(awa, url, title="Sols et eaux", summary="Pourquoi ?", themes="agriculture", all="1")
    assert made.status_code == 303, made.get_data(as_text=True)
    text = source(farm, "dossiers/sols-et-eaux")
    assert "[[personnes/awa]]" in text
    for name in ("sol", "eau", "air"):
        assert f"- [[projets/{name}]]" in text
    assert "secret" not in text
    html = read(awa, "/dossiers/sols-et-eaux")
    assert "pu être comprise" not in html
    assert "#radio" in html
    assert "Sols et eaux" in read(awa, "/projets/air")


def test_a_visitor_begins_a_dossier_with_its_question(
    farm: "Instance", client: "FlaskClient"
) -> None:
    """Where someone tries the wiki alone, their address makes the account at once."""
    url = "/-/dossiers/new"
    form = client.get(url)
    assert form.status_code == 200 and "Set-Cookie" not in form.headers
    typed = {"title": "Sols et eaux", "summary": "Pourquoi ?", "themes": "agriculture", "all": "1"}
    assert client.post(url, data={**typed, "themes": ""}).status_code == 422
    last = client.post(url, data=typed).location
    assert "Pourquoi ?" in read(client, last)
    assert 'value="agriculture"' in read(client, f"{url}?kept={last.rsplit('/', 1)[1]}")
    known = {"csrf_token": token(client, last), "name": "Zoé", "email": "zoe@example.net"}
    assert client.post(last, data=known).location == "/dossiers/sols-et-eaux"
    assert "[[personnes/zoe]]" in source(farm, "dossiers/sols-et-eaux")


def test_no_instruction_is_published_printed_or_frozen(
    farm: "Instance",
    awa: "FlaskClient",
    client: "FlaskClient",
    write: Callable[..., str],
    plugin_module: Callable[[str], Any],
) -> None:
    template = CONTENT / "modeles" / "dossier.md"
    write({"modeles/dossier.md": template.read_text("utf-8")})
    made = post(awa, "/-/dossiers/new", title="Sols", themes="agriculture", all="1").location
    path = made.strip("/")
    hints = ("Commencez par la question", "Un constat par paragraphe", "Ce qui a été lu")
    shown = read(client, made), read(awa, made)
    for hint in hints:
        assert hint not in "".join(shown) and hint not in source(farm, path)
        assert hint in read(awa, f"/-/edit{made}"), "the editor says what may stand there"
    # One freezes it with what is missing before one's eyes, and without that.
    freeze = f"/-/dossiers/freeze{made}"
    asked = post(awa, freeze)
    assert asked.status_code == 422 and "Sources" in asked.get_data(as_text=True)
    edition = post(awa, freeze, unfilled="1")
    assert edition.status_code == 303
    text = source(farm, edition.location.strip("/"))
    assert "## La sélection" in text and "## Sources" not in text
    assert "Ce que les projets nous apprennent" not in text
    # The same for a dossier that began with its hints in the text.
    plan = plugin_module("plan")
    before = (
        f"---\ntype: dossier\ntitle: Eaux\nteam: ['[[personnes/awa]]']\n---\n*{plan.ASKED}*\n\n"
    )
    write({"dossiers/eaux.md": f"{before}## Sources\n\n- *{plan.READ}*\n\n## Fin\n\nDes vers.\n"})
    freeze = "/-/dossiers/freeze/dossiers/eaux"
    assert "Commencez par la question" in read(awa, freeze)
    text = source(farm, post(awa, freeze, unfilled="1").location.strip("/"))
    assert "Des vers." in text and "Commencez" not in text and "Sources" not in text
    page = Page("dossiers/sols", "dossiers/sols.md", f"{source(farm, path)}\nLes vers de terre.\n")
    assert plan.own_words(page) == "Les vers de terre."


def test_an_edition_stands_still(
    farm: "Instance", awa: "FlaskClient", client: "FlaskClient", write: Callable[..., str]
) -> None:
    made = post(awa, FREEZE)
    assert made.status_code == 303, made.get_data(as_text=True)
    assert made.location == "/dossiers/capteurs/editions/2027-03-01"
    text = source(farm, "dossiers/capteurs/editions/2027-03-01")
    assert ":::" not in text
    assert "Nous en comptons 3." in text
    assert "**[Sol vivant](/projets/sol)**" in text
    assert "ecret" not in text
    assert "Awa, «\u00a0Des capteurs aux champs\u00a0»" in text
    assert post(awa, FREEZE).location == made.location
    write({"projets/feu.md": source(farm, "projets/air").replace("Air libre", "Feu")})
    assert post(awa, FREEZE).location == f"{made.location}-2"
    again = source(farm, "dossiers/capteurs/editions/2027-03-01-2")
    assert "title: Des capteurs aux champs — édition du 1er mars 2027 (2)\n" in again
    html = read(client, made.location)
    assert "1er mars 2027" in html
    assert "tel qu’il est aujourd’hui" in html
    assert "Autres informations" not in html
    assert "space-tabs" not in html + read(client, "/dossiers/capteurs")
    assert made.location in read(client, "/dossiers/capteurs")
    assert "Secret" not in html


def test_a_project_names_the_dossiers_that_it_feeds(
    farm: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    head = "---\ntype: dossier\ntitle: %s\nthemes: [agriculture]\n---\n"
    write(
        {
            "dossiers/liste.md": head % "En liste" + "::: projets theme:agriculture autres\n:::\n",
            "dossiers/autre.md": head % "Autre chose" + "::: projets theme:mer\n:::\n",
        }
    )
    html = read(client, "/projets/sol")
    assert "Dans 2 dossiers" in html
    assert "Des capteurs aux champs" in html
    assert "En liste" in html
    assert "Autre chose" not in html


def test_a_project_that_is_closed_is_told_which_editions_keep_its_name(
    farm: "Instance", awa: "FlaskClient", write: Callable[..., str], log_in: Any, person: Any
) -> None:
    made = post(awa, FREEZE)
    marc = log_in(person("Marc", page="personnes/marc"))
    assert "garde son nom" not in read(marc, "/projets/sol")
    text = source(farm, "projets/sol")
    write({"projets/sol.md": text.replace("type: project", "type: project\nvisibility: team")})
    html = read(marc, "/projets/sol")
    assert "garde son nom" in html
    assert made.location in html
    assert "garde son nom" not in read(marc, "/projets/secret")


def test_a_step_says_its_state_in_words(
    farm: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    story = "::: historique\n- 2026-05-03 en-pause — Jusqu’aux **semis**\n:::\n"
    write({"projets/eau.md": source(farm, "projets/eau") + story})
    html = read(client, "/dossiers/capteurs")
    assert "<strong>en pause</strong> — Jusqu’aux <strong>semis</strong>" in html
    assert "en pause — Jusqu’aux semis" in html
    assert "<strong>prototype</strong> — Une carte" in html
    assert "en-pause" not in html.split("<main")[1]


def test_a_dossier_that_lists_itself(
    farm: "Instance", client: "FlaskClient", write: Callable[..., str]
) -> None:
    write(
        {
            "dossiers/deux.md": "---\ntype: dossier\ntitle: Deux\n---\n::: selection\n"
            "- [[dossiers/deux]] — moi\n- [[dossiers/capteurs]]\n- [[dossiers/capteurs]]\n"
            "- sans lien\n:::\n\n::: dossiers\n:::\n",
        }
    )
    html = read(client, "/dossiers/deux")
    assert html.split("block-chosen")[1].split("</ol>")[0].count("block-title") == 1
    assert "Deux" in read(client, "/dossiers/capteurs")


def test_moments_stand_still_too(plugin_module: Callable[[str], Any]) -> None:
    html = (
        '<p><span>Sol</span><span><time datetime="2027-02-28T23:30:00+00:00" title="en entier">'
        "aujourd’hui</time></span></p>"
    )
    day = partial(day_of, zone=ZoneInfo("Europe/Paris"))
    with use_language("fr"):
        assert plugin_module("plain").as_markdown(html, day) == "Sol · 1er mars 2027"


def test_what_not_all_may_read_is_told_before_it_is_saved(
    farm: "Instance", person: Callable[..., Any], log_in: Callable[..., "FlaskClient"]
) -> None:
    anne = log_in(person("Anne", role="admin"))
    written = {
        "text": "::: selection\n- [[projets/secret]] — chut\n- [[projets/sol]]\n:::\n",
        "csrf_token": token(anne),
    }
    told = anne.post("/-/preview/dossiers/capteurs", data=written).get_data(as_text=True)
    assert told.count("n’est pas visible de toutes les personnes") == 1


def test_a_programme_gathers_dossiers(
    farm: "Instance", client: "FlaskClient", awa: "FlaskClient", write: Callable[..., str]
) -> None:
    head = '---\ntype: organisation\ntitle: Villes\nteam: ["[[personnes/awa]]"]\n---\n'
    write(
        {
            "organisations/villes.md": f"{head}Un programme.\n",
            "organisations/autre.md": "---\ntype: organisation\ntitle: Autre\n---\n"
            "On y parle de [[dossiers/capteurs]].\n",
            "programmes/sud.md": "---\ntitle: Sud\nvisibility: team\n---\n"
            "::: selection\n- [[dossiers/capteurs]]\n:::\n",
        }
    )
    assert "Rassembler des dossiers" in read(awa, "/organisations/villes")
    url = "/-/dossiers/selection/organisations/villes"
    assert post(awa, url, add="dossiers/capteurs").status_code == 303
    assert "Des capteurs aux champs" in read(client, "/organisations/villes")
    html = read(client, "/dossiers/capteurs")
    gathered = html.split('id="gathered-title"')[1].split("</section>")[0]
    assert "Dans un programme" in gathered
    assert re.findall(r'href="(.*?)"', gathered) == ["/organisations/villes"]


def test_a_card_has_a_line_for_each_of_its_pieces(plugin_module: Callable[[str], Any]) -> None:
    html = (
        "<ol><li><h3><a href='/a'>A</a></h3><p>pourquoi</p><ul><li>un</li></ul><p>suite</p>"
        "<p><span>pilote</span><span>Bretagne</span></p></li><li><h3>B</h3><p>oui</p></li>"
        "<li><h3>C</h3><p>oui</p><p>non</p></li></ol>"
    )
    assert plugin_module("plain").as_markdown(html) == (
        "- **[A](/a)** — pourquoi\n  - un\n\n  suite — pilote · Bretagne\n\n"
        "- **B** — oui\n\n- **C**\\\n  oui\\\n  non"
    )


def test_below_a_dossier_stands_what_sisters_have_on_its_themes(
    farm: "Instance", client: "FlaskClient"
) -> None:
    url = "/dossiers/capteurs"
    assert "at-sisters" not in read(client, url)
    files: dict[str, str | bytes] = {
        "projets/gel.md": "---\ntype: project\ntitle: Gel <i>\nthemes: [agriculture]\n---\n",
        "projets/mer.md": "---\ntype: project\ntitle: Houle\nthemes: [océan]\n---\n",
        "clos.md": "---\ntype: project\nthemes: [agriculture]\nvisibility: members\n---\n# Clos\n",
    }
    mount_sister(farm, "lyon", files, "Carrefour de Lyon")
    html = read(client, url)
    own, _, theirs = html.partition('id="at-sisters"')
    assert "/-/carrefours/lyon/projets/gel" in theirs and "Gel &lt;i&gt;" in theirs
    assert "https://lyon.example/projets/gel" in theirs
    assert "Houle" not in html and "Clos" not in html
    # What the team chose, and what lives in the page, is as it was.
    assert "lyon" not in own
    unmount(farm, "lyon")
    assert "at-sisters" not in read(client, url)
