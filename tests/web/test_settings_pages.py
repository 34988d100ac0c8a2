"""Settings in the browser: each with what it does and whose it is, changed by a form, and tried."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from wiki.config import load_settings
from wiki.config.browser import IN_BROWSER
from wiki.config.public import PUBLIC_FILE
from wiki.editing.settings import change_settings
from wiki.errors import BadSetting
from wiki.people.accounts import sessions
from wiki.people.audit import noted
from wiki.people.drafts import list_drafts, save_draft
from wiki.people.follow.visits import visit
from wiki.people.privacy.expiry import forget_the_past
from wiki.testing import PASSWORD, free_port, module_wiki, token
from wiki.web.admin.settings.sections import setting_sections

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.conftest import Providers
    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
HOME = "/-/admin/settings"


@pytest.fixture
def ada(person: "Callable[..., Person]") -> "Person":
    return person("Ada", "admin")


@pytest.fixture
def admin(ada: "Person", log_in: "Callable[[Person], FlaskClient]") -> "FlaskClient":
    return log_in(ada)


def page(answer: "TestResponse") -> str:
    return unescape(answer.get_data(as_text=True))


def shown(client: "FlaskClient", key: str) -> dict[str, Any]:
    """What the form of a section would send, were nothing touched."""
    form = client.get(f"{HOME}/{key}").get_data(as_text=True)
    values: dict[str, Any] = {}
    for field in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if facts.get("type") != "checkbox" or " checked" in field:
            name, value = facts.get("name", ""), unescape(facts.get("value", ""))
            values[name] = [*values.get(name, []), value] if name == "languages" else value
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        values[name] = chosen[1] if chosen else ""
    of_settings = values.keys() & {*IN_BROWSER, *(f"was-{name}" for name in IN_BROWSER)}
    return {name: values[name] for name in of_settings}


def save(client: "FlaskClient", key: str, **typed: Any) -> "TestResponse":
    """The section's form sent with what is ``typed``; None: not ticked."""
    sure = {"csrf_token": token(client), "password": PASSWORD}
    values = {**shown(client, key), **sure, **typed}
    sent = {name: value for name, value in values.items() if value is not None}
    return client.post(f"{HOME}/{key}", data=sent)


def test_each_setting_of_the_browser_stands_in_one_section() -> None:
    said = [one.name for section in setting_sections().values() for one in section.settings]
    assert sorted(said) == sorted(IN_BROWSER)


def test_a_form_that_is_not_touched_changes_nothing(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    before, head = instance.settings, instance.repository.head()
    for key in setting_sections():
        assert save(admin, key).status_code == 303, key
    assert instance.settings == before and instance.repository.head() == head
    assert instance.in_force.chosen.values == {}


def test_what_is_saved_is_in_force_and_says_whose_it_is(
    instance: "Instance", admin: "FlaskClient", client: "FlaskClient"
) -> None:
    typed = {"site_name": "Le Verger", "languages": ["fr"], "time_zone": "Africa/Dakar"}
    assert save(admin, "site", **typed).status_code == 303
    assert "· Le Verger</title>" in page(client.get("/-/login"))
    assert 'hreflang="en"' not in page(client.get("/-/login"))
    assert save(admin, "sizes", max_upload="0,5").status_code == 303
    assert (
        save(admin, "people", member_invitations="true", registration="closed").status_code == 303
    )
    settings = instance.settings
    assert settings.max_upload == 500_000 and settings.zone.key == "Africa/Dakar"
    assert settings.member_invitations and settings.registration == "closed"
    for key, default in (("site", "Carrefour"), ("people", "chacun peut s’inscrire")):
        told = page(admin.get(f"{HOME}/{key}"))
        assert "Choisi par Ada" in told and f"Par défaut\xa0: {default}" in told
    # Back to the default, and a tick taken away.
    save(admin, "site", **{"default-site_name": "1"})
    save(admin, "people", member_invitations=None)
    assert instance.settings.site_name == "Carrefour" and not instance.settings.member_invitations
    assert "languages" in instance.in_force.chosen.values


def test_what_another_chose_meanwhile_stays(
    instance: "Instance", ada: "Person", admin: "FlaskClient"
) -> None:
    seen = shown(admin, "site")
    change_settings(instance, ada, {"lang": "en", "source_url": "https://example.org/source"})
    sent = {**seen, "site_name": "Le Verger", "csrf_token": token(admin)}
    assert admin.post(f"{HOME}/site", data=sent).status_code == 303
    settings = instance.settings
    assert (settings.site_name, settings.lang) == ("Le Verger", "en")
    assert settings.source_url == "https://example.org/source"


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    answer = save(admin, "sizes", max_page="mille", max_pixels="60")
    told = page(answer)
    assert answer.status_code == 422 and 'value="mille"' in told and 'value="60"' in told
    assert re.search(r'id="f-max_page-error">Indiquez un nombre de 0,02 à 50\.', told)
    assert "Gardez la langue du wiki" in page(save(admin, "site", languages=["en"]))
    assert 'Europe/Nulle-Part"' in page(save(admin, "site", time_zone="Europe/Nulle-Part"))
    assert "javascript:" in page(save(admin, "site", source_url='javascript:"><script>'))
    assert instance.in_force.chosen.values == {}
    assert admin.post(f"{HOME}/nothing", data={"csrf_token": token(admin)}).status_code == 404


def test_what_the_machine_says_is_shown_locked(
    instance: "Instance", admin: "FlaskClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"site_name": "file", "smtp_password": "environment"}
    monkeypatch.setitem(vars(instance.in_force.given), "given", given)
    told = page(admin.get(f"{HOME}/site"))
    assert 'name="site_name"' not in told and "dans le fichier wiki.toml." in told
    told = page(admin.get(f"{HOME}/mail"))
    assert 'name="smtp_password"' not in told and "variable WIKI_SMTP_PASSWORD." in told
    save(admin, "site", site_name="Le Verger", **{"default-site_name": "1"})
    assert instance.in_force.chosen.values == {}


def test_a_secret_is_kept_and_never_shown(instance: "Instance", admin: "FlaskClient") -> None:
    typed = {"smtp_password": "deux  blancs", "smtp_user": "wiki"}
    assert save(admin, "mail", **typed).status_code == 303
    assert instance.settings.smtp_password == "deux  blancs"
    told = page(admin.get(f"{HOME}/mail"))
    assert "deux  blancs" not in told and "laissez vide pour le garder" in told
    save(admin, "mail", smtp_user="autre")
    assert instance.settings.smtp_password == "deux  blancs"
    save(admin, "mail", **{"default-smtp_password": "1"})
    assert instance.settings.smtp_password == "" and instance.settings.smtp_user == "autre"


def test_administrators_are_told_of_a_file_that_cannot_be_read(
    admin: "FlaskClient", write: Callable[..., str]
) -> None:
    assert ".carrefour.toml" not in page(admin.get("/-/admin"))
    write({PUBLIC_FILE: "site_name = "})
    for url in ("/-/admin", HOME):
        assert "ne se lit pas comme il faut" in page(admin.get(url))


def test_where_links_to_log_in_go_is_changed_by_who_knows_the_password(
    instance: "Instance", admin: "FlaskClient"
) -> None:
    answer = save(admin, "mail", smtp_host="mail.example.org", password="faux")
    told = page(answer)
    assert answer.status_code == 422 and 'value="mail.example.org"' in told
    assert "f-password-error" in told and instance.settings.smtp_host == ""
    assert save(admin, "life", sleeping_months="12", password="").status_code == 303
    assert save(admin, "mail", smtp_host="mail.example.org").status_code == 303
    assert instance.settings.smtp_host == "mail.example.org"


class Post:
    """A mail server that takes mails for one user, or says why not."""

    def __init__(self) -> None:
        self.refusal = ""
        self.taken: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.refusal or "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 taken"


@pytest.fixture
def post() -> "Iterator[tuple[Post, int]]":
    box, port = Post(), free_port()

    def authenticate(_server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> Any:
        return AuthResult(success=data.password == b"juste", handled=False)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=authenticate,
        auth_require_tls=False,
    )
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def inside_allowed(instance: "Instance", monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the wiki lets servers of this machine be chosen."""
    monkeypatch.setitem(vars(instance.in_force.given), "service_hosts", "127.0.0.1 localhost")


@pytest.mark.usefixtures("inside_allowed")
def test_a_mail_to_try_says_in_words_what_the_server_said(
    instance: "Instance",
    ada: "Person",
    admin: "FlaskClient",
    post: "tuple[Post, int]",
) -> None:
    box, port = post

    def tried(**values: Any) -> str:
        change_settings(instance, replace(ada, sure=True), values)
        sent = {"csrf_token": token(admin), "action": "try"}
        return page(admin.post(f"{HOME}/mail", data=sent))

    where = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_starttls": True}
    assert "est un fichier dans outbox/" in tried(smtp_host="")
    assert "ne chiffre pas" in tried(**where)
    told = tried(smtp_starttls=False, smtp_user="wiki", smtp_password="faux")
    assert "n’accepte pas cet identifiant" in told and "535" in told
    box.refusal = "550 5.1.1 nobody <b>here</b>"
    told = tried(smtp_password="juste")
    assert "ne prend pas de courriel pour ada@example.org" in told and "5.1.1 nobody" in told
    assert "<b>here</b>" not in admin.post(
        f"{HOME}/mail", data={"csrf_token": token(admin), "action": "try"}
    ).get_data(as_text=True)
    box.refusal = ""
    assert "Personne ne répond à 127.0.0.1" in tried(smtp_port=free_port())
    # Taken is not arrived: only its link tells.
    told = tried(smtp_port=port)
    assert "a pris le courriel pour ada@example.org" in told and "le perdre" in told
    (envelope,) = box.taken
    content = envelope.content if isinstance(envelope.content, bytes) else b""
    link = re.search(rf"{HOME}/mail\?arrived=3D(\d+)", content.decode().replace("=\r\n", ""))
    assert link is not None
    assert "le perdre" in page(admin.get(f"{HOME}/mail?arrived=1", follow_redirects=True))
    told = page(admin.get(f"{HOME}/mail?arrived={link[1]}", follow_redirects=True))
    assert "votre serveur fonctionne" in told and "le perdre" not in told


@pytest.mark.usefixtures("inside_allowed")
def test_the_provider_is_asked_when_it_is_saved(instance: "Instance", admin: "FlaskClient") -> None:
    issuer = f"http://127.0.0.1:{free_port()}"
    answer = save(admin, "sign-on", oidc_issuer=issuer, oidc_client_id="wiki")
    assert answer.status_code == 303 and instance.settings.oidc_issuer == issuer
    told = page(admin.get(f"{HOME}/sign-on"))
    assert "ne répond pas comme" in told and "http://127.0.0.1:8080/-/oidc/callback" in told


@pytest.mark.usefixtures("inside_allowed")
def test_a_kind_of_provider_is_filled_in_and_saved_by_oneself(
    instance: "Instance", admin: "FlaskClient", providers: "Providers"
) -> None:
    before = instance.settings
    told = page(admin.get(f"{HOME}/sign-on?kind=proconnect"))
    assert "pas encore enregistré" in told and "/-/oidc/logged-out" in told
    assert instance.settings == before
    filled = shown(admin, "sign-on?kind=proconnect")
    assert save(admin, "sign-on", **{**filled, "oidc_name": "L’État"}).status_code == 303
    assert instance.settings.oidc_scopes == "openid given_name usual_name email siret uid"
    assert instance.settings.oidc_kind == "proconnect" and instance.settings.oidc_trust_email
    assert "logged-out" not in page(admin.get(f"{HOME}/sign-on?kind=google"))
    assert "pas encore" not in page(admin.get(f"{HOME}/sign-on?kind=%3Cb%3E"))
    # What a provider calls itself is said to the letter.
    issuer = providers.issuer("authentik")
    save(admin, "sign-on", oidc_issuer=issuer.rstrip("/"), oidc_client_id="carrefour")
    told = page(admin.get(f"{HOME}/sign-on"))
    assert f"{issuer}\xa0: donnez son adresse exactement ainsi" in told
    save(admin, "sign-on", oidc_issuer=issuer)
    tried = admin.post(f"{HOME}/sign-on", data={"csrf_token": token(admin), "action": "try"})
    assert "répond comme il faut" in page(tried)


def test_how_long_things_are_kept_is_chosen_and_told_where_it_is_promised(
    instance: "Instance", admin: "FlaskClient", ada: "Person", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page(admin.get(f"{HOME}/people")).count("<dt>") == 6
    assert "Un lien" in page(admin.get(f"{HOME}/keeping"))
    assert "14 jours sans visite, 90 jours au plus" in page(admin.get("/-/account/sessions"))
    longest = {"session_idle_days": 14, "session_days": 90, "draft_days": 180, "visit_days": 400}
    longest |= {"deposit_days": 30, "proposal_days": 365, "use_days": 800}
    for name, most in longest.items():
        # Neither here nor where the wiki runs is anything kept for longer than was promised.
        assert save(admin, "keeping", **{name: str(most + 1)}).status_code == 422, name
        with pytest.raises(BadSetting):
            load_settings(instance.settings.instance, {}, **{name: most + 1})
    assert save(admin, "keeping", audit_days="30").status_code == 422
    chosen = {"session_idle_days": "2", "session_days": "5", "draft_days": "3", "visit_days": "4"}
    answer = save(admin, "keeping", **chosen, deposit_days="6", audit_days="365")
    assert answer.status_code == 303, page(answer)
    assert "2 jours sans visite, 5 jours au plus" in page(admin.get("/-/account/sessions"))
    over = page(admin.get("/-/last-step/personne"))
    assert "gardé 6 jours, pas davantage" in over

    private, now = instance.private, instance.private.now()
    save_draft(private, ada.id, "essai", "", "Un texte")
    visit(private, ada.id, "essai", "", "0" * 40)
    cookie = sessions.open_session(private, ada.id)

    def later(**time: int) -> None:
        monkeypatch.setattr(private, "now", lambda: now + timedelta(**time))
        forget_the_past(private)

    later(days=1, hours=23)
    assert sessions.person_of(private, cookie) and list_drafts(private, ada.id)
    later(days=2)
    assert list_drafts(private, ada.id)
    later(days=3, hours=1)
    assert not list_drafts(private, ada.id)
    for days in (4, 5):
        monkeypatch.setattr(private, "now", lambda days=days: now + timedelta(days=days, hours=1))
        kept = sessions.person_of(private, cookie)
    assert kept is None
    assert noted(private), "the trail is kept for a year at least"
    later(days=366)
    assert noted(private) == []
    monkeypatch.undo()
