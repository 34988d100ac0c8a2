"""Lighthouse on nine kinds of pages, as a phone on a slow line: each three times, and the median.

With the pages that a new wiki begins with, then, where they are there, with the real data
(``../shared/data``, or ``WIKI_DATA``). ``python -m bench.lighthouse --runs 1 needs`` looks at
one of them once. The editor is asked for by someone who may write; search engines shall not keep
it, so that it has no figure for them.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.lines import Line, table
from bench.servers import Server, serving
from wiki.app import create_app
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.testing import PASSWORD, chromium_path, signed_in

_ROOT = Path(__file__).parents[1]
_DATA = Path(os.environ.get("WIKI_DATA", _ROOT.parent / "shared" / "data"))
_NODE = _ROOT / "bench" / "node"
_CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_TARGET = 95
_RUNS = 3
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"


@dataclass(frozen=True)
class _Kind:
    url: str
    #: the address where the real data are
    real: str = ""
    signed_in: bool = False


_KINDS: Mapping[str, _Kind] = {
    "home": _Kind("/"),
    "project": _Kind("/projets/lora-a-la-ferme", "/projets/a-dock"),
    "needs": _Kind("/-/needs"),
    "search": _Kind("/-/search"),
    "catalogue": _Kind("/-/projects"),
    "event": _Kind("/evenements/carrefour-d-exemple"),
    "dossier": _Kind("/dossiers/des-capteurs-aux-champs"),
    "map": _Kind("/-/territories"),
    "editor": _Kind("/-/edit/projets/lora-a-la-ferme", signed_in=True),
}


def run(kinds: tuple[str, ...] = tuple(_KINDS), runs: int = _RUNS) -> Iterator[Line]:
    """A line for each kind of page and content."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "instance"
        cookie = _make(folder)
        for content in ("starter", "real"):
            if content == "real":
                if not (_DATA / "carrefour").is_dir():
                    yield Line("Lighthouse with real pages", f"no data in {_DATA}")
                    return
                _import(folder)
            with serving(folder) as server:
                server.settle()
                for kind in kinds:
                    yield _line(server, kind, content, cookie, runs)


def _line(server: Server, kind: str, content: str, cookie: str, runs: int) -> Line:
    one = _KINDS[kind]
    path = one.real if content == "real" and one.real else one.url
    url = f"http://127.0.0.1:{server.port}{path}"
    reports = [_report(url, cookie if one.signed_in else "") for _ in range(runs)]
    scores = {
        category: round(100 * statistics.median(_score(report, category) for report in reports))
        for category in _CATEGORIES
        if not (one.signed_in and category == "seo")
    }
    shift, paint = (
        statistics.median(report["audits"][audit]["numericValue"] for report in reports)
        for audit in ("cumulative-layout-shift", "largest-contentful-paint")
    )
    return Line(
        f"Lighthouse, {kind}, {content} pages",
        " · ".join(str(scores.get(one, "–")) for one in _CATEGORIES),
        f"CLS {shift:.3f}, LCP {paint / 1000:.1f} s",
        "",
        f"≥ {_TARGET} each",
        min(scores.values()) >= _TARGET,
    )


def _score(report: dict, category: str) -> float:  # type: ignore[type-arg]
    return report["categories"][category]["score"] or 0.0


def _report(url: str, cookie: str) -> dict:  # type: ignore[type-arg]
    """What Lighthouse says of ``url``."""
    if not (_NODE / "node_modules").is_dir():
        command = [_bin("npm"), "--prefix", str(_NODE), "ci", "--silent", "--ignore-scripts"]
        subprocess.run(command, check=True, env=_environ())
    command = [
        *(_bin("node"), str(_NODE / "node_modules/lighthouse/cli/index.js"), url),
        *("--quiet", "--output=json", f"--chrome-flags={_FLAGS}", "--locale=en"),
        f"--only-categories={','.join(_CATEGORIES)}",
    ]
    if cookie:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    done = subprocess.run(command, check=True, env=_environ(), capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _bin(name: str) -> str:
    return str(_ROOT / ".venv" / "bin" / name)


def _environ() -> dict[str, str]:
    path = f"{_ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "CHROME_PATH": chromium_path() or ""}


def _make(folder: Path) -> str:
    """A wiki with its first pages, and the cookie of someone who may write there."""
    folder.mkdir()
    (folder / "wiki.toml").write_text('encoder = "use"\n', "utf-8")
    settings = load_settings(folder, environ={})
    found(settings)
    instance = open_instance(settings)
    try:
        person = add_person(
            instance.private, email="awa@example.org", name="Awa", role="admin", password=PASSWORD
        )
        app = create_app(instance)
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = signed_in(app, instance, person).get_cookie(name)
        assert cookie is not None
        return f"{name}={cookie.value}"
    finally:
        close_instance(instance)


def _import(folder: Path) -> None:
    command = [_bin("wiki"), "--instance", str(folder), "import", "carrefour"]
    subprocess.run([*command, str(_DATA / "carrefour")], check=True, capture_output=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.lighthouse")
    parser.add_argument("kinds", nargs="*", choices=[[], *_KINDS])
    parser.add_argument("--runs", type=int, default=_RUNS)
    options = parser.parse_args()
    lines = []
    for line in run(tuple(options.kinds or _KINDS), options.runs):
        print(line.what, line.value, line.reference, flush=True)
        lines.append(line)
    print(table(lines))
