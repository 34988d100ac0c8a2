"""The form for something new, over HTTP: what it says of person pages, and what becomes of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

NOT_YOURS = "vous ne pourrez pas la modifier"


def test_a_person_page_is_ones_own_once_and_the_form_says_so(
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
) -> None:
    maker = log_in(person("Une autrice"))
    form = maker.get("/-/new").get_data(as_text=True)
    assert "Elle devient votre page." in form and NOT_YOURS not in form
    sent = {"csrf_token": token(maker, "/-/new"), "type": "person"}
    first = maker.post("/-/new", data={**sent, "title": "Une autrice"})
    assert first.location == "/personnes/une-autrice"
    assert maker.get("/-/edit/personnes/une-autrice").status_code == 200
    assert NOT_YOURS in maker.get("/-/new").get_data(as_text=True)
    second = maker.post("/-/new", data={**sent, "title": "Un ami"})
    assert second.location == "/personnes/un-ami"
    other = maker.get("/-/edit/personnes/un-ami")
    assert other.location == "/-/propose/personnes/un-ami", "what one writes there is proposed"
    admin = log_in(person("Admin", role="admin"))
    assert NOT_YOURS not in admin.get("/-/new").get_data(as_text=True)


def test_settings_of_one_line_stay_on_one(
    instance: "Instance",
    person: Callable[..., "Person"],
    log_in: Callable[["Person"], "FlaskClient"],
    write: Callable[..., str],
) -> None:
    write({"a.md": '---\ntype: dossier\nthemes: ["#eau"]\n---\n\n# A\n'})
    admin = log_in(person("Admin", role="admin"))
    form = admin.get("/-/settings/a").get_data(as_text=True)
    assert 'value="eau"' in form
    # Each of the words that a head may say, so that nobody has to write one.
    assert all(f'<option value="{word}"' in form for word in ("team", "members", "anyone"))
    sent = {"csrf_token": token(admin, "/-/settings/a"), "title": "Un\r\ntitre"}
    sent |= {"themes": "#sols\nvivants, # , eau", "territory": "Côtes\nd’Armor"}
    assert admin.post("/-/settings/a", data=sent).status_code == 303
    text = admin.get("/a.md").get_data(as_text=True)
    assert "title: Un titre\n" in text and "territory: Côtes d’Armor\n" in text
    assert 'themes: ["sols vivants", eau]' in text or "themes: [sols vivants, eau]" in text
