"""“What exists already”, as one asks it."""

import json
from collections.abc import Callable
from urllib.parse import quote_plus

from flask.testing import FlaskClient

from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.testing import token

HONEY = "Des ruches qui parlent : un capteur dans chaque ruche, pour les abeilles et le miel."


def test_a_pasted_text(hives: Instance, client: FlaskClient) -> None:
    assert "Ce qui existe déjà" in client.get("/-/near").text
    page = client.post("/-/near", data={"text": HONEY}).text
    for found in (
        "Ruches connectées",
        "Zoé",
        "Les abeilles",
        "/-/needs/b-aaaaaaaa",
        "«\u00a0ruches\u00a0»",
    ):
        assert found in page, found
    assert "Bus du soir" not in page and "secrètes" not in page
    assert HONEY in page
    nothing = client.post("/-/near", data={"text": "Zygomatique quantique"}).text
    assert "peut-être nouveau" in nothing
    assert client.post("/-/near", data={"text": " "}).status_code == 422


def test_from_a_page(hives: Instance, client: FlaskClient) -> None:
    assert "/-/near?of=projets" in client.get("/projets/ruche").text
    page = client.get("/-/near?of=projets/ruche").text
    assert "Les abeilles" in page and "/-/offers/o-aaaaaaaa" in page
    # Neither itself nor what stands on it.
    assert "/-/needs/b-aaaaaaaa" not in page
    for hidden in ("projets/cache", "nulle/part"):
        assert client.get(f"/-/near?of={hidden}").status_code == 404


def test_projects_like_one_stand_below_it(
    hives: Instance, client: FlaskClient, write: Callable[..., str]
) -> None:
    project = "---\ntype: project\nthemes: [Abeilles]\nsummary: Peser le miel\n---\n# Ruchers\n\n"
    write({"projets/rucher.md": f"{project}Des capteurs sous les ruches pour le miel.\n"})
    assert 'data-hx-get="/-/near/like?of=projets%2Frucher"' in client.get("/projets/rucher").text
    part = client.get("/-/near/like?of=projets/rucher").text
    assert "Ruches connectées" in part and "Abeilles" in part and "<html" not in part
    # Neither itself nor what only some read.
    assert "Ruchers" not in part and "secrètes" not in part
    assert client.get("/-/near/like?of=projets/cache").status_code == 404


def test_asking_too_often(hives: Instance, client: FlaskClient) -> None:
    object.__setattr__(hives.settings, "searches_per_minute", 1)
    codes = [client.get("/-/near?of=projets/ruche").status_code for _again in range(3)]
    assert codes[0] == 200 and codes[-1] == 429


def test_from_a_search_and_from_lists(hives: Instance, client: FlaskClient) -> None:
    """A search that finds nothing, or that is a sentence, leads on with its words."""
    sentence = "des capteurs sous chaque ruche pour peser le miel"
    for words in (sentence, "introuvable zygomatique"):
        assert f"/-/near?q={quote_plus(words)}" in client.get(f"/-/search?q={words}").text
    assert "/-/near?q=" not in client.get("/-/search?q=ruche").text
    page = client.get(f"/-/near?q={sentence}").text
    assert "Ruches connectées" in page
    assert f"{sentence}</textarea>" in page
    assert client.get("/-/near?q=+").status_code == 200
    for where in ("/-/projects", "/-/catalogue"):
        assert 'href="/-/near"' in client.get(where).text
    assert 'href="/-/near"' not in client.get("/-/catalogue?type=event").text


def test_words_that_have_a_page_are_offered_to_who_writes(
    hives: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write({"entre.md": "---\nvisibility: members\n---\n# Entre nous\n"})
    client = log_in(person("Awa"))
    assert "data-near-links" in client.get("/-/edit/entre", follow_redirects=True).text
    object.__setattr__(hives.settings, "suggestions_per_second", 1000)
    csrf = token(client)

    def links(text: str, path: str = "projets/bus") -> list[tuple[str, str]]:
        data = {"text": text, "path": path, "csrf_token": csrf}
        found = json.loads(client.post("/-/near/links", data=data).text)["links"]
        assert all(text[one["at"] :].startswith(one["words"]) for one in found)
        return [(one["words"], one["path"]) for one in found]

    text = (
        "Le soir, la ruche connectée de nos voisins et les abeilles prennent aussi le bus du soir."
    )
    assert ("ruche connectée", "projets/ruche") in links(text)
    # Neither the page itself, nor across sentences, nor where it is a link or code already.
    assert "projets/bus" not in [path for _words, path in links(text)]
    for other in (
        "Nous avons une ruche. Connectée, elle pèse le miel et dit la météo.",
        "Nos [[projets/ruche|ruches connectées]] pèsent le miel et disent la météo.",
        "Nos `ruches connectées` pèsent le miel et disent la météo des abeilles.",
    ):
        assert "projets/ruche" not in [path for _words, path in links(other)], other
    # What only members read is offered where only they read, and nowhere else.
    closed = "Les ruches secrètes et leurs capteurs, dont parlent les abeilles et le miel."
    assert "projets/cache" not in [path for _words, path in links(closed)]
    assert ("ruches secrètes", "projets/cache") in links(closed, "entre")
    assert "projets/cache" not in [path for _words, path in links(closed, "nulle-part")]
    assert links("") == links("Zygomatique quantique, et rien d’autre que cela.") == []
    assert links("ruches " * 5_000) is not None
