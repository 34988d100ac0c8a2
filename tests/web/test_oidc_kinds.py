"""Single sign-on with each kind of provider as it is set up: in, again, out, and unlinked."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.conftest import KINDS, Providers, Visitor
from wiki.app import create_app
from wiki.mail_dispatch import deliver
from wiki.people.accounts import find_person
from wiki.people.accounts.affiliations import find_siret
from wiki.people.accounts.factors.one_time import keep_secret
from wiki.people.accounts.sign_ons import Vouched, link, linked
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import PASSWORD, read_mail, text_of, token
from wiki.web.account.oidc.claims import vouched_by
from wiki.web.account.oidc.flow import return_address
from wiki.web.account.oidc.provider import Provider

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

#: a wiki that people log in to by a kind, perhaps set otherwise
Made = Callable[..., "Instance"]


@pytest.fixture
def made(instance: "Instance", providers: Providers) -> Made:
    def make(kind: str, **other: Any) -> "Instance":
        chosen = {**providers.settings(kind), **other}
        return replace(instance, settings=replace(instance.settings, **chosen))

    return make


def log_in(client: "FlaskClient", visitor: Visitor, who: str, start: str = "") -> "TestResponse":
    begun = client.get(start or "/-/oidc/login")
    assert begun.status_code == 303
    return client.get(visitor.authorise(begun.headers["Location"], who))


def log_out(client: "FlaskClient") -> "TestResponse":
    return client.post("/-/logout", data={"csrf_token": token(client, "/-/account")})


@pytest.mark.parametrize("kind", KINDS)
def test_in_again_out_and_unlinked(made: Made, visitor: Visitor, kind: str) -> None:
    site = made(kind)
    client = create_app(site).test_client()
    assert log_in(client, visitor, "zoe").status_code == 303
    zoe = find_person(site.private, "zoe@example.org")
    assert zoe is not None
    assert zoe.name == "Zoé Martin"
    again = create_app(site).test_client()
    assert log_in(again, visitor, "zoe").status_code == 303
    assert visitor.asked == 1, "the provider knows them by now"
    assert len(linked(site.private, zoe.id)) == 1

    left = log_out(again)
    assert "/-/login" in again.get("/-/account").headers["Location"], "logged out here at once"
    assert client.get("/-/account").status_code == 200, "and in this browser alone"
    if kind == "google":
        # It has no such place.
        assert left.headers["Location"] == "/"
        assert "déconnectez-vous aussi" in again.get("/").get_data(as_text=True)
    else:
        url = left.headers["Refresh"].removeprefix("0; url=")
        back = visitor.log_out(url)
        assert urlsplit(back).path == "/-/oidc/logged-out"
        assert again.get(back).headers["Location"] == "/"
        assert "sessions ici et chez" in again.get("/").get_data(as_text=True)
        log_in(again, visitor, "zoe")
        assert visitor.asked == 2, "it has forgotten them"

    unlink = {"csrf_token": token(client, "/-/account/sign-on"), "action": "unlink"}
    assert client.post("/-/account", data=unlink).status_code == 303
    assert linked(site.private, zoe.id) == []
    page = create_app(site).test_client().get("/-/login").get_data(as_text=True)
    assert "/-/login-link" in page, "a mail still lets them in"


def test_logging_out_ends_the_session_here_though_the_provider_is_down(
    made: Made, visitor: Visitor
) -> None:
    client = create_app(made("keycloak")).test_client()
    log_in(client, visitor, "zoe")
    form = {"csrf_token": token(client, "/-/account")}
    gone = create_app(
        made("keycloak", oidc_issuer="http://127.0.0.1:9", service_hosts="127.0.0.1")
    ).test_client()
    with client.session_transaction() as before, gone.session_transaction() as after:
        after.update(before)
    assert gone.post("/-/logout", data=form).headers["Location"] == "/"
    assert client.get("/-/account").status_code == 302


def test_what_is_said_of_logging_out_there_must_be_of_this_browser(made: Made) -> None:
    client = create_app(made("keycloak")).test_client()
    assert client.get("/-/oidc/logged-out?state=x").headers["Location"] == "/"
    assert "alert" not in client.get("/").get_data(as_text=True).partition("</main>")[0]


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [("keycloak", "zoe", "zoe2"), ("proconnect", "zoe", "zoe2"), ("authentik", "max", "")],
)
def test_an_account_that_has_the_address_wants_proof(
    made: Made, person: "Callable[..., Person]", kind: str, first: str, second: str
) -> None:
    """Two with one address; and an address that nobody verified."""
    site = made(kind)
    app = create_app(site)
    known = person("Zoe" if first == "zoe" else "Max")
    if kind == "keycloak":
        assert log_in(app.test_client(), Visitor(), first).status_code == 303
    before = linked(site.private, known.id)
    client = app.test_client()
    asked = log_in(client, Visitor(), second or first, "/-/oidc/login?next=/-/changes")
    assert asked.status_code == 200 and asked.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/-/account").status_code == 302, "nobody is let in by that alone"
    form = {"csrf_token": token(client)}
    wrong = client.post("/-/oidc/proof", data={**form, "password": "x"})
    assert wrong.status_code == 422 and known.email in wrong.get_data(as_text=True)
    assert linked(site.private, known.id) == before
    done = client.post("/-/oidc/proof", data={**form, "password": PASSWORD})
    assert done.headers["Location"] == "/-/changes"
    assert len(linked(site.private, known.id)) == len(before) + 1
    assert client.post("/-/oidc/proof", data={**form, "password": PASSWORD}).status_code == 400
    assert log_in(app.test_client(), Visitor(), second or first).status_code == 303


@pytest.mark.parametrize("kind", ["keycloak", "proconnect"])
def test_neither_an_address_nor_a_password_is_proof_where_there_is_a_second_factor(
    made: Made, person: "Callable[..., Person]", kind: str
) -> None:
    """Whoever has but the mails or the password would be let in by the provider from then on.

    Keycloak says that the address is verified, as of anyone who reads the mails.
    """
    site = made(kind)
    known = person("Zoe")
    keep_secret(site.private, known.id, "sealed", 0)
    client = create_app(site).test_client()
    assert log_in(client, Visitor(), "zoe").status_code == 200
    assert client.get("/-/account").status_code == 302
    assert linked(site.private, known.id) == []
    form = {"csrf_token": token(client), "password": PASSWORD}
    begun = client.post("/-/oidc/proof", data=form)
    assert begun.status_code == 303 and "oidc" not in urlsplit(begun.headers["Location"]).path
    assert linked(site.private, known.id) == []
    assert client.get("/-/account").status_code == 302


def test_a_mail_is_proof_too(made: Made, person: "Callable[..., Person]", visitor: Visitor) -> None:
    """Its link logs in, wherever it is opened, and then links what that browser is known as."""
    site = made("proconnect")
    app = create_app(site)
    known = person("Zoe")
    client = app.test_client()
    log_in(client, visitor, "zoe")
    form = {"csrf_token": token(client), "action": "mail"}
    assert client.post("/-/oidc/proof", data=form).status_code == 200
    deliver(site)
    (file,) = (site.settings.instance / "outbox").glob("*.eml")
    mail = read_mail(file.read_bytes())
    assert mail["To"] == known.email
    (address,) = re.findall(r"http://\S+login-link/\S+", text_of(mail))
    elsewhere = app.test_client()
    parts = urlsplit(address)
    entered = elsewhere.post(
        parts.path, data={"csrf_token": token(elsewhere), "next": parse_qs(parts.query)["next"][0]}
    )
    assert entered.headers["Location"] == "/-/oidc/login?link=1"
    question = log_in(elsewhere, visitor, "zoe", entered.headers["Location"])
    assert question.status_code == 200 and linked(site.private, known.id) == []
    yes = {"csrf_token": token(elsewhere, "/-/account"), "password": PASSWORD}
    assert elsewhere.post("/-/oidc/link", data=yes).status_code == 303
    assert len(linked(site.private, known.id)) == 1


def test_an_address_is_trusted_where_the_operator_says_so(made: Made) -> None:
    for trusted, status in ((False, 403), (True, 303)):
        site = made("authentik", oidc_trust_email=trusted)
        assert log_in(create_app(site).test_client(), Visitor(), "max").status_code == status
        assert (find_person(site.private, "max@example.org") is not None) == trusted


@pytest.mark.parametrize(
    ("kind", "claims", "verified"),
    [
        ("", {"email_verified": True}, True),
        ("", {"email_verified": "true"}, False),
        ("", {"xms_edov": True}, False),
        ("entra", {"xms_edov": True}, True),
        ("entra", {"xms_edov": "1"}, True),
        ("entra", {"xms_edov": False}, False),
        ("entra", {}, False),
        ("google", {"email_verified": True, "hd": "example.org"}, True),
        ("google", {"email_verified": True}, False),
        ("google", {"email_verified": True, "email": "a@gmail.com"}, True),
        ("google", {"hd": "example.org"}, False),
    ],
)
def test_what_counts_as_verified(kind: str, claims: dict[str, Any], verified: bool) -> None:
    said = {"sub": "a", "email": "a@example.org"} | claims
    assert vouched_by(kind, "i", said, {}).verified == verified
    assert vouched_by(kind, "i", {"sub": "a"}, said).verified == verified
    other = {"sub": "a", "email": "other@example.org"}
    assert not vouched_by(kind, "i", other, said).verified, "of another address"


#: what every token has, whoever it is about
_OF_THE_TOKEN = {
    *("iss", "aud", "exp", "iat", "nonce", "at_hash", "sid", "auth_time", "acr", "sub"),
}


def test_the_guide_says_what_each_kind_says(instance: "Instance", providers: Providers) -> None:
    """The table in docs/operator.md, from what came here."""
    guide = (Path(__file__).parents[2] / "docs" / "operator.md").read_text("utf-8")
    for kind in KINDS:
        settings = replace(instance.settings, **providers.settings(kind))
        provider = Provider(settings, return_address(settings))
        url, flow = provider.begin()
        back = Visitor().authorise(url, "zoe")
        with provider._asking() as session:
            tokens = provider._tokens(session, flow, parse_qs(urlsplit(back).query)["code"][0])
            claims = provider.verified(tokens["id_token"], flow.nonce)
            userinfo = provider._userinfo(session, claims["sub"])
        told = [
            " ".join(f"`{one}`" for one in sorted(said.keys() - _OF_THE_TOKEN)) or "–"
            for said in (claims, userinfo)
        ]
        assert f"| {told[0]} | {told[1]} |" in guide, (kind, told)


def test_an_organisation_is_known_by_its_number_and_said_by_oneself_alone(
    made: Made, visitor: Visitor
) -> None:
    site = made("proconnect")
    app = create_app(site)
    client = app.test_client()
    log_in(client, visitor, "zoe")
    zoe = find_person(site.private, "zoe@example.org")
    assert zoe is not None
    assert find_siret(site.private, zoe.id) == "13002526500013"
    page = client.get("/-/account/sign-on").get_data(as_text=True)
    assert "13002526500013" in page and "organisation" not in re.findall(r'value="(\w+)"', page)

    heads = {
        "organisations/dinum": ("organisation", "130 025 265 00013", "DINUM"),
        "organisations/autre": ("organisation", "'13002526500021'", "Autre"),
        "projets/x": ("project", "13002526500013", "X"),
    }
    changes = {
        f"{path}.md": f"---\ntype: {kind}\nsiret: {number}\n---\n# {title}\n".encode()
        for path, (kind, number, title) in heads.items()
    }
    commit(site.repository, site.repository.head(), changes, Author("Une", "u@example.org"), "o")
    page = client.get("/-/account/sign-on").get_data(as_text=True)
    assert ">DINUM</a>" in page
    said = {"csrf_token": token(client, "/-/account/sign-on"), "action": "organisation"}
    mine = client.post("/-/account", data=said).headers["Location"]
    shown = app.test_client().get(mine).get_data(as_text=True)
    assert 'href="/organisations/dinum">DINUM</a>' in shown
    assert "Votre page le dit aussi" in client.get("/-/account/sign-on").get_data(as_text=True)

    unlink = {"csrf_token": token(client, "/-/account/sign-on"), "action": "unlink"}
    client.post("/-/account", data=unlink)
    assert find_siret(site.private, zoe.id) == ""
    assert client.post("/-/account", data=said).status_code == 404


def test_an_organisation_that_is_told_no_more_is_forgotten(
    instance: "Instance", person: "Callable[..., Person]"
) -> None:
    one = person("Zoe")
    told = [("a", "1" * 14), ("a", "2" * 14), ("b", ""), ("a", "")]
    found = []
    for issuer, siret in told:
        link(instance.private, one.id, Vouched(issuer, "s", siret=siret))
        found.append(find_siret(instance.private, one.id)[:1])
    assert found == ["1", "2", "2", ""], "another provider has no say in it"
    assert vouched_by("", "i", {"sub": "a", "siret": "1300252650001x"}, {}).siret == ""
