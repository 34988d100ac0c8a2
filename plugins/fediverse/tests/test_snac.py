"""Another implementation, snac, follows a site here, reads its posts and answers them."""

import json
import os
import re
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from werkzeug.serving import make_server
from werkzeug.wsgi import get_input_stream

from wiki.testing import free_port

from .conftest import EVENT, PROJECT, Fediverse, event, needs, project

SNAC = shutil.which("snac")
pytestmark = pytest.mark.skipif(SNAC is None, reason="snac, of Debian, is not installed")


@dataclass
class Snac:
    """A server of snac with one account, ``lea``."""

    folder: Path
    port: int
    password: str

    @property
    def lea(self) -> str:
        return f"http://127.0.0.1:{self.port}/lea"

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [str(SNAC), words[0], str(self.folder), *words[1:]],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout + done.stderr

    def press(self, path: str, **form: str) -> None:
        """What its account does in its own pages."""
        data = urlencode(form).encode()
        asked = Request(f"{self.lea}/{path}", data=data)  # noqa: S310 - ours, on loopback
        word = b64encode(f"lea:{self.password}".encode()).decode()
        asked.add_header("Authorization", f"Basic {word}")
        with suppress(HTTPError), urlopen(asked, timeout=30):  # noqa: S310
            pass

    def objects(self) -> list[dict[str, Any]]:
        """All that it keeps of posts."""
        found = (self.folder / "object").glob("*/*.json")
        return [json.loads(one.read_text("utf-8")) for one in sorted(found)]

    def posts(self, of: str) -> dict[str, str]:
        """What it keeps from a site: address → what is shown."""
        return {
            one["id"]: " ".join(filter(None, (one.get("name"), one.get("content"))))
            for one in self.objects()
            if one["id"].startswith(f"{of}/-/fediverse/posts/") and one["type"] in ("Note", "Event")
        }


@pytest.fixture
def snac(tmp_path: Path) -> Iterator[Snac]:
    port = free_port()
    folder = tmp_path / "snac"
    asked = f"127.0.0.1\n{port}\n127.0.0.1:{port}\n\n\n"
    subprocess.run([str(SNAC), "init", str(folder)], input=asked, text=True, check=True)
    server = json.loads((folder / "server.json").read_text())
    server |= {"host": f"127.0.0.1:{port}", "prefix": "", "address": "127.0.0.1", "port": port}
    server |= {"protocol": "http", "shared_inboxes": True, "disable_sandbox": True}
    (folder / "server.json").write_text(json.dumps(server))
    added = subprocess.run(
        [str(SNAC), "adduser", str(folder), "lea"],
        input="lea\n\n\n\n",
        text=True,
        check=True,
        capture_output=True,
    )
    password = re.findall(r"password is (\S+)", added.stdout + added.stderr)[0]
    log = (tmp_path / "snac.log").open("wb")
    process = subprocess.Popen(
        [str(SNAC), "httpd", str(folder)], stderr=log, stdout=log, env={**os.environ, "DEBUG": "2"}
    )
    yield Snac(folder, port, password)
    process.terminate()
    process.wait(60)
    log.close()


@pytest.fixture
def served(place: Fediverse) -> Iterator[Fediverse]:
    """The wiki at an address of this machine."""
    port = free_port()

    def bounded(environ: Any, start_response: Any) -> Any:
        environ["wsgi.input"] = get_input_stream(environ)
        return place.app(environ, start_response)

    vars(place.instance.settings)["base_url"] = f"http://127.0.0.1:{port}"
    server = make_server("127.0.0.1", port, bounded, threaded=True)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield place
    server.shutdown()
    server.server_close()


def until(place: Fediverse, found: Callable[[], Any]) -> Any:
    """What ``found`` gives once it is something, while the tasks run."""
    for _turn in range(400):
        place.run()
        if seen := found():
            return seen
        time.sleep(0.1)
    raise AssertionError("it did not come")


def test_snac_follows_reads_answers_and_forgets(served: Fediverse, snac: Snac) -> None:
    place, site = served, served.instance.settings.public_url
    snac.run("follow", "lea", place.actor("carrefour"))
    until(place, lambda: place.followers("carrefour"))
    place.write(
        {
            f"{EVENT}.md": event(),
            f"{PROJECT}.md": project(needs("- [ ] Une pompe à chaleur {#b-bbbbbbbb}")),
        }
    )
    until(place, lambda: len(snac.posts(site)) >= 2)
    posts = snac.posts(site)
    (need,) = [id for id, shown in posts.items() if "Une pompe à chaleur" in shown]
    (evening,) = [id for id, shown in posts.items() if "Soirée de printemps" in shown]
    snac.press("admin/note", content="J’en ai une, **gratuite**", in_reply_to=need, to_all="")
    page = f"/-/comments/{PROJECT}"
    until(place, lambda: "gratuite" in place.see("lea", page))
    assert "gratuite" not in place.see("", page)
    place.write({f"{EVENT}.md": None, f"{PROJECT}.md": project(needs())})
    until(place, lambda: not {need, evening} & set(snac.posts(site)))
