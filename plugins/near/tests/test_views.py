"""“What exists already”, as one asks it."""

from urllib.parse import quote_plus

from flask.testing import FlaskClient

from wiki.api.plugin import Instance

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
