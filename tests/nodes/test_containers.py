"""The compose file and the manifests for Kubernetes are sound, and name what is known here."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]
from compose_spec import PyOptions

from bench.load import Answer, Browser
from bench.worlds import PASSWORD, email
from tests.nodes.front import NODES, Front, ask, fronting, until
from tests.nodes.git_hosts import Missing, serve_git
from tests.people.conftest import SERVER, own_database
from wiki.app import create_app
from wiki.config import Settings, load_settings
from wiki.config.settings import NAMES
from wiki.instance import Instance
from wiki.people.accounts import add_person
from wiki.testing import Server, free_port
from wiki.testing.wikis import opened

PACKAGING = Path(__file__).parents[2] / "packaging"
_COMPOSE = PACKAGING / "compose.yaml"
_ASKED = re.compile(r"\$\{(\w+)(:[?-][^}]*)?\}")
#: what whoever runs it says in a file beside it
_GIVEN = {
    "BASE_URL": "https://wiki.example.org",
    "ROWS_PASSWORD": "letters",
    "GIT_HOST": "git.example.org",
    "GIT_WORD": "a-word",
    "SMTP_HOST": "mail.example.org",
    "SMTP_USER": "wiki",
    "SMTP_PASSWORD": "letters",
    "MAIL_FROM": "wiki@example.org",
}


def composed(given: Mapping[str, str] = _GIVEN) -> Any:
    """What the compose file says once it was given that."""
    return yaml.safe_load(_ASKED.sub(lambda found: given[found[1]], _COMPOSE.read_text("utf-8")))


def manifests() -> list[Any]:
    return [
        one
        for file in sorted((PACKAGING / "kubernetes").glob("*.yaml"))
        for one in yaml.safe_load_all(file.read_text("utf-8"))
    ]


def of_kind(kind: str) -> Any:
    return next(one for one in manifests() if one["kind"] == kind)


def check_known(environment: Mapping[str, str], folder: Path) -> Settings:
    """Each of them is a setting, and together they can be used."""
    assert {one.removeprefix("WIKI_").lower() for one in environment} <= set(NAMES)
    return load_settings(folder, environ=environment)


def test_the_compose_file_is_one_and_its_parts_know_each_other(tmp_path: Path) -> None:
    options = PyOptions(apply_merge=True)
    text = _ASKED.sub(lambda found: _GIVEN[found[1]], _COMPOSE.read_text("utf-8"))
    options.from_yaml(text).validate()
    services = composed()["services"]
    nodes = [services[f"node-{number + 1}"] for number in range(NODES)]
    environment = nodes[0]["environment"]
    settings = check_known(environment, tmp_path)
    assert settings.shared_repository.endswith("/carrefour.git")
    front = (PACKAGING / "nginx" / "carrefour.conf").read_text("utf-8")
    for node in nodes:
        assert node["environment"] == environment
        address = node["networks"]["default"]["ipv4_address"]
        assert f"server {address}:{settings.port} " in front
        assert f"server {address}:{settings.port + 1} " in front
    # Where the image has it, and what the git host and the rows are called.
    container = PACKAGING / "container"
    image = (container / "Containerfile").read_text("utf-8")
    assert nodes[0]["secrets"][0]["target"] == "/var/lib/carrefour/secret"
    assert "WIKI_INSTANCE=/var/lib/carrefour" in image
    assert {"git", "rows", "front"} < services.keys()
    assert services["git"]["command"][0] in image and services["git"]["build"]["target"] == "web"
    assert _GIVEN["GIT_HOST"] in services["git"]["networks"]["default"]["aliases"]
    for kept in ("exports", "imports", "documents"):
        assert f"{kept}:/var/lib/carrefour/{kept}" in nodes[0]["volumes"]
        assert f"/var/lib/carrefour/{kept}" in (container / "install").read_text("utf-8")
    for script in (container / "serve-git", PACKAGING / "nginx" / "upstream"):
        subprocess.run(["sh", "-n", str(script)], check=True)


@pytest.mark.parametrize("version", ["1.32", kubernetes_validate.latest_version()])
def test_kubernetes_knows_all_that_it_is_told(version: str) -> None:
    for one in manifests():
        kubernetes_validate.validate(one, version, strict=True)


def test_the_manifests_name_settings_addresses_and_each_other(
    instance: Instance, tmp_path: Path
) -> None:
    nodes = of_kind("StatefulSet")
    pod = nodes["spec"]["template"]
    (container,) = pod["spec"]["containers"]
    words = {"database-url": "postgresql://u:p@rows/c", "shared-token": "a", "smtp-password": "b"}
    environment = {
        one["name"]: one.get("value") or words[one["valueFrom"]["secretKeyRef"]["key"]]
        for one in container["env"]
    }
    settings = check_known(environment, tmp_path)
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert ports == {"pages": settings.port, "live": settings.port + 1}
    probe = container["readinessProbe"]["httpGet"]
    # A cluster asks a pod by its address.
    probed = create_app(instance).test_client().get(probe["path"], headers={"Host": "10.1.2.3:80"})
    assert probed.status_code == 200 and probe["port"] in ports
    mounts = {one["mountPath"] for one in container["volumeMounts"]}
    assert {"/var/lib/carrefour", "/var/lib/carrefour/secret", "/tmp"} <= mounts  # noqa: S108
    labels = pod["metadata"]["labels"]
    assert nodes["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    services = {
        one["metadata"]["name"]: {port["name"] for port in one["spec"]["ports"]}
        for one in manifests()
        if one["kind"] == "Service" and one["spec"]["selector"] == labels
    }
    assert nodes["spec"]["serviceName"] in services
    paths = [
        path
        for one in manifests()
        if one["kind"] == "Ingress"
        for rule in one["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    assert {one["path"] for one in paths} == {"/", "/-/coediting/live"}
    for one in paths:
        service = one["backend"]["service"]
        assert service["port"]["name"] in services[service["name"]]
    # The operator is told of each word that is asked for.
    guide = (PACKAGING.parent / "docs" / "operator.md").read_text("utf-8")
    assert all(f"{key}=" in guide for key in {*words, "signing-key"})


@contextmanager
def going_on(turn: Callable[[], object]) -> Iterator[None]:
    """Takes one turn after the other beside what is done meanwhile."""
    ended = Event()

    def run() -> None:
        while not ended.is_set():
            turn()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class Reading:
    """A visitor, or who has the ``cookie``, and what they were answered."""

    def __init__(self, front: Front, cookie: str) -> None:
        self.seen: list[int] = []
        self._front, self._known = front, {"Cookie": cookie} if cookie else {}

    def run(self) -> None:
        self.seen.append(ask(self._front.port, "/", **self._known).status)


class Writer:
    """A member who saves a page again and again, with a connection for each request."""

    def __init__(self, front: Front, path: str, number: int) -> None:
        self.path, self.saved, self.wrong = path, 0, list[tuple[int, str]]()
        self._front = front
        self.browser = Browser(cast(Any, front))
        self.browser.log_in(number)

    def run(self) -> None:
        url = f"/-/edit/{self.path}"
        answer = self._ask(lambda: self.browser.get(url), 200)
        base = self.browser.take_form(answer)
        text = f"# Page\n\nTour {self.saved + 1}.\n"
        answer = self._ask(lambda: self.browser.post(url, base=base, text=text), 303)
        self.saved += answer.status == 303

    def is_shown(self) -> bool:
        """Whether a visitor sees what was saved last."""
        return f"Tour {self.saved}." in ask(self._front.port, f"/{self.path}").text

    def _ask(self, question: Callable[[], Answer], status: int) -> Answer:
        answer = question()
        self.browser.hang_up()
        if answer.status != status:
            self.wrong.append((answer.status, answer.text[:300]))
        return answer


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """That of a node as the compose file has it; what it names is on this machine."""
    with ExitStack() as stack:
        try:
            host = stack.enter_context(serve_git(_GIVEN["GIT_WORD"]))
        except Missing as error:
            pytest.skip(str(error))
        host.make("carrefour.git")
        url = stack.enter_context(own_database())
        made: dict[str, str] = dict(composed()["services"]["node-1"]["environment"])
        made["WIKI_DATABASE_URL"] = url
        made["WIKI_SHARED_REPOSITORY"] = f"{host.url}/carrefour.git"
        made["WIKI_BASE_URL"] = f"http://127.0.0.1:{free_port()}"
        made["WIKI_SMTP_HOST"] = ""
        for name, value in made.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")
def test_a_node_is_upgraded_and_another_killed_and_no_request_fails(
    environment: dict[str, str],
    serve: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Nodes that have the key and what the compose file says, before them nginx with its file."""
    key = os.urandom(32)

    def start(number: int, port: int = 0) -> Server:
        folder = tmp_path / f"node-{number}"
        folder.mkdir(exist_ok=True)
        (folder / "secret").write_bytes(key)
        monkeypatch.setenv("WIKI_NODE", folder.name)
        return serve(folder, port=port)

    servers = [start(1)]
    with opened(load_settings(servers[0].folder, environ=environment)) as first:
        who = {"name": "Awa", "role": "admin", "password": PASSWORD}
        for number in range(2):
            add_person(first.private, email=email(number), **who)
    servers.append(start(2))
    ports, live = [one.port for one in servers], [one.live_port for one in servers]
    at = int(environment["WIKI_BASE_URL"].rpartition(":")[2])
    with fronting(at, ports, live) as front, ExitStack() as stack:
        writers = [Writer(front, f"tour-{number}", number) for number in range(2)]
        readers = [Reading(front, cookie) for cookie in ("", writers[0].browser.cookie)]
        for reader in readers:
            stack.enter_context(going_on(reader.run))
        with ExitStack() as saving:
            for writer in writers:
                saving.enter_context(going_on(writer.run))
            until(lambda: all(one.saved for one in writers))
            front.upstream("without", ports[0])
            servers[0].stop()
            servers[0] = start(1, ports[0])
            until(lambda: ask(ports[0], "/-/readyz").status == 200)
            front.upstream("with", ports[0])
            before = [one.saved for one in writers]
            front.is_asked(ports[0])
            until(lambda: all(w.saved > b for w, b in zip(writers, before, strict=True)))
        assert [one.wrong for one in writers] == [[], []]
        # Visitors may be shown for a moment what a page said before; then it is there.
        until(lambda: all(one.is_shown() for one in writers))
        os.killpg(servers[1].process.pid, signal.SIGKILL)
        servers[1].process.wait(60)
        servers[1] = start(2, ports[1])
        front.is_asked(ports[1])
    assert all(one.seen and set(one.seen) == {200} for one in readers)
    for server in servers:
        os.killpg(server.process.pid, signal.SIGKILL)
