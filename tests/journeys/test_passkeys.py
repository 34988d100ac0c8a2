"""Passkeys in a browser, with an authenticator of Chromium's own: made, used, refused elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import DESK, Site
from wiki.people.accounts import add_person
from wiki.people.accounts.factors.passkeys import list_passkeys
from wiki.people.accounts.sessions import list_sessions
from wiki.testing import PASSWORD

_OPTIONS = {"protocol": "ctap2", "transport": "internal"} | dict.fromkeys(
    ("hasResidentKey", "hasUserVerification", "isUserVerified", "automaticPresenceSimulation"), True
)
_BUTTON = "form[data-passkey] button"


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page of a browser whose owner has their finger on the authenticator."""
    context = chromium.new_context(viewport=DESK, locale="fr-FR")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def authenticator(page: Any) -> Any:
    """A new device with no keys on it; its session of CDP, and its id."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": _OPTIONS})
    return cdp, made["authenticatorId"]


def log_in(page: Any, url: str, email: str) -> None:
    page.goto(f"{url}/-/login?next=/-/account/security")
    page.fill("main [name=email]", email)
    page.fill("main [name=password]", PASSWORD)
    page.press("main [name=password]", "Enter")
    page.wait_for_url(f"{url}/-/account/security")


def test_a_passkey_is_made_and_lets_in_until_it_is_removed(site: Site, page: Any) -> None:
    private = site.instance.private
    person = add_person(private, email="cle@example.org", name="Une clé", password=PASSWORD)
    url = site.url.replace("127.0.0.1", "localhost")
    log_in(page, url, person.email)
    cdp, device = authenticator(page)
    with page.expect_navigation():
        page.click(f"main {_BUTTON}")
    page.wait_for_selector("main li strong")
    (kept,) = list_passkeys(private, person.id)
    assert kept.name == "Chrome · Linux" and page.inner_text("main li strong") == kept.name
    (stored,) = cdp.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert stored["rpId"] == "localhost" and stored["isResidentCredential"]
    # The same device is not asked to make a second one.
    page.click(f"main {_BUTTON}")
    page.wait_for_selector("[data-known]:visible")
    # In the field of the address: nothing is typed and nothing pressed.
    page.context.clear_cookies()
    page.goto(f"{url}/-/login?next=/-/account/security")
    page.wait_for_url(f"{url}/-/account/security")
    assert {one.browser for one in list_sessions(private, person.id)} == {"Chrome · Linux"}
    (kept,) = list_passkeys(private, person.id)
    assert kept.used is not None
    # Without its owner's finger, the button says that nothing has happened.
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.context.clear_cookies()
    page.goto(f"{url}/-/login")
    page.click(f"main {_BUTTON}")
    page.wait_for_selector("[data-undone]:visible")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    with page.expect_navigation():
        page.click(f"main {_BUTTON}")
    page.goto(f"{url}/-/account/security")
    page.click("main li summary")
    with page.expect_navigation():
        page.click("main li button[value=remove]")
    assert list_passkeys(private, person.id) == []
    page.context.clear_cookies()
    page.goto(f"{url}/-/login")
    page.wait_for_selector("main .notice.error:has-text('n’ouvre aucun compte ici')")


def test_at_another_name_no_passkey_is_asked_for(site: Site, page: Any) -> None:
    authenticator(page)
    page.goto(f"{site.url}/-/login")
    page.wait_for_selector("main [name=email]")
    expect(page.locator("main form[data-passkey]")).to_be_hidden()
    # Nor does the browser make one there for the name of ours.
    refused = page.evaluate(
        """async () => {
            const answer = await fetch("/-/passkeys/options?purpose=enter");
            const { options } = await answer.json();
            const challenge = new Uint8Array(32);
            try {
                await navigator.credentials.get({ publicKey: { ...options, challenge } });
                return "";
            } catch (error) { return error.name; }
        }"""
    )
    assert refused == "SecurityError"
