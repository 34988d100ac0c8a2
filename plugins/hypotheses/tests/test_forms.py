"""The two forms of a notebook, over HTTP, by the team of a project and by others."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.testing import token
from wiki.web.page.context import context_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

NEW, TELL = "/-/hypotheses/new/lora", "/-/hypotheses/tell/lora"
PAGE = "---\ntype: project\ntitle: LoRa\nteam: ['[[personnes/awa]]']\n---\n# LoRa\n\nDu texte.\n"


@pytest.fixture
def awa(
    instance: "Instance",
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> "FlaskClient":
    instance.private.now = lambda: datetime(2027, 3, 3, 9, tzinfo=UTC)
    write(
        {
            "lora.md": PAGE,
            "cache.md": "---\ntype: project\nvisibility: team\n---\n# Cache\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
    )
    return log_in(person("Awa", page="personnes/awa"))


def text(instance: "Instance") -> str:
    from wiki.reading import Reader

    return get_page(Reader(instance, audience=frozenset({"all"})), "lora").text


def _reader(instance: "Instance", path: str) -> Any:
    from wiki.reading import Reader

    return Reader(instance, audience=frozenset({"all", f"team:{path}"}))


def send(client: "FlaskClient", url: str, **data: Any) -> tuple[int, str]:
    answer = client.post(url, data={"csrf_token": token(client, url), **data})
    return answer.status_code, answer.get_data(as_text=True)


def test_a_team_notes_what_it_believes_then_what_the_field_answered(
    awa: "FlaskClient", instance: "Instance"
) -> None:
    page = awa.get("/lora").get_data(as_text=True)
    assert f'href="{NEW}"' not in page, "the core shows three steps, and others come first"
    hook = instance.plugins.hook.next_steps
    reader = _reader(instance, "lora")
    context = context_of(reader, get_page(reader, "lora"), may_edit=True)
    steps = [one for group in hook(context=context) for one in group]
    assert NEW in {one.url for one in steps}
    for _press in range(2):
        assert send(awa, NEW, what="Un éleveur regarde\nl’écran chaque matin")[0] == 303
    line = "- 2027-03-03 supposée — Un éleveur regarde l’écran chaque matin\n"
    assert text(instance).count(line) == 1 and text(instance).startswith(PAGE)
    page = awa.get("/lora").get_data(as_text=True)
    url = f"{TELL}?which=un-eleveur-regarde-l-ecran-chaque-matin"
    assert f'href="{url}"' in page and "à vérifier" in page
    form = awa.get(url).get_data(as_text=True)
    assert "Un éleveur regarde l’écran chaque matin" in form
    values = {"which": url.partition("=")[2], "state": "fell", "words": "1 sur 8"}
    for _press in range(2):
        assert send(awa, TELL, **values)[0] == 303
    assert "- 2027-03-03 démentie — Un éleveur regarde l’écran chaque matin\n" in text(instance)
    assert text(instance).count("  - 2027-03-03 — 1 sur 8\n") == 1
    assert "démentie par le terrain" in awa.get("/lora").get_data(as_text=True)


def test_what_has_been_believed_for_long_is_a_next_step(
    awa: "FlaskClient", write: Callable[..., str]
) -> None:
    write({"lora.md": f"{PAGE}\n::: hypothèse\n- 2027-01-03 cru — Ils paieront\n\n:::\n"})
    page = awa.get("/lora").get_data(as_text=True)
    assert "Dire ce que le terrain a répondu : « Ils paieront »" in page.replace("\xa0", " ")


def test_what_was_typed_is_kept_where_it_cannot_be_taken(
    awa: "FlaskClient", instance: "Instance"
) -> None:
    head = instance.repository.head()
    for typed, words in (
        (" ", "Écrivez une phrase"),
        ("a" * 301, "300 caractères au plus"),
        ("Écrivez à marc@example.org", "Retirez l’adresse"),
        ("x\u202ey", "caractères invisibles"),
    ):
        status, page = send(awa, NEW, what=typed)
        assert status == 422 and words in page.replace("\xa0", " ") and typed.strip() in page
    assert instance.repository.head() == head


def test_one_whose_words_changed_meanwhile_is_chosen_again(
    awa: "FlaskClient", instance: "Instance", write: Callable[..., str]
) -> None:
    write({"lora.md": f"{PAGE}\n::: hypothèse\n- cru — Ils paieront dix euros\n\n:::\n"})
    values = {"which": "ils-paieront", "state": "held", "words": "9 sur 10"}
    status, page = send(awa, TELL, **values)
    assert status == 422 and "ses mots ont changé" in page and "9 sur 10" in page
    assert '<option value="ils-paieront-dix-euros">' in page
    status, page = send(awa, TELL, **{**values, "which": "ils-paieront-dix-euros", "state": "x"})
    assert status == 422 and "Choisissez ce que le terrain a répondu" in page
    assert send(awa, TELL, **{**values, "which": "ils-paieront-dix-euros"})[0] == 303
    assert "- 2027-03-03 confirmée — Ils paieront dix euros" in text(instance)


def test_nobody_else_has_the_forms(
    awa: "FlaskClient",
    client: "FlaskClient",
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    write({"lora.md": f"{PAGE}\n::: hypothèse\n- cru — Ils paieront\n\n:::\n"})
    marc = log_in(person("Marc"))
    for reader in (marc, client):
        page = reader.get("/lora").get_data(as_text=True)
        assert "Ils paieront" in page and "/-/hypotheses/" not in page
    for form in ("new", "tell"):
        seen = [
            marc.get(f"/-/hypotheses/{form}/{path}").status_code
            for path in ("lora", "cache", "rien")
        ]
        assert seen == [404, 404, 404]
        codes = {
            client.get(f"/-/hypotheses/{form}/{path}").status_code
            for path in ("lora", "cache", "rien")
        }
        assert len(codes) == 1
    assert awa.get(TELL.replace("lora", "personnes/awa")).status_code == 404
