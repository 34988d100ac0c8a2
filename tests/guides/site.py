"""The documents as a site, in ``build/docs``: ``make docs``, or ``python -m tests.guides.site``.

Their Markdown is laid out anew for each language and built by Zensical, which refuses links and
anchors that lead nowhere. French guides and English ones are two sites beside each other, so that
each is searched, and says its own words, in its language; the reference is in English alone.
Nothing of it is asked of a host elsewhere: diagrams are drawn here, fonts are the reader's.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import tomlkit

from tests.guides.diagrams import draw

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BUILT = ROOT / "build" / "docs"
LANGUAGES = {"fr": "Français", "en": "English"}
#: what the wiki itself is known by in browsers
_MARK = ROOT / "wiki" / "frontend" / "src" / "icons" / "mark.svg"
#: documents that stand elsewhere, and where on the English site
_ELSEWHERE = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "packaging/README.md": "packaging.md",
    "bench/README.md": "bench.md",
}
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
_CODE = re.compile(r"^(`{3,})([^\n]*)\n(.*?)^\1$|`[^`\n]+`", re.M | re.S)
#: what every page of both sites has; each language has its own words in docs/<language>
_SETTINGS: dict[str, Any] = {
    "docs_dir": "pages",
    "site_dir": "site",
    "use_directory_urls": False,
    "copyright": "AGPL-3.0-or-later",
    "extra": {"generator": False},
    "theme": {
        "font": False,
        "favicon": "images/icon.svg",
        "logo": "images/icon.svg",
        "features": [
            "content.code.copy",
            "navigation.footer",
            "navigation.sections",
            "navigation.top",
            "search.highlight",
            "toc.follow",
        ],
        "palette": [
            {"media": f"(prefers-color-scheme: {light})", "scheme": scheme}
            for light, scheme in (("light", "default"), ("dark", "slate"))
        ],
    },
}


def pages(language: str) -> dict[Path, PurePosixPath]:
    """The documents of a language, each with its place on the site."""
    own = DOCS / language
    found = {path: PurePosixPath(path.relative_to(own)) for path in own.rglob("*.md")}
    if language == "en":
        for path in (*DOCS.glob("*.md"), *DOCS.glob("decisions/*.md")):
            found[path] = PurePosixPath(path.relative_to(DOCS))
        for path in (ROOT / "plugins").glob("*/README.md"):
            found[path] = PurePosixPath("plugins", f"{path.parent.name}.md")
        found |= {ROOT / name: PurePosixPath(place) for name, place in _ELSEWHERE.items()}
        # What lists the documents on a forge; here the first page does.
        del found[DOCS / "README.md"]
        found[DOCS / "decisions" / "README.md"] = PurePosixPath("decisions/index.md")
    return found


def _expand(nav: Any, places: Sequence[str]) -> Any:
    """A tree of navigation in which ``folder/*`` are the pages of a folder, by their file."""
    if isinstance(nav, str):
        return nav
    if isinstance(nav, dict):
        return {name: _expand(one, places) for name, one in nav.items()}
    found: list[Any] = []
    for one in nav:
        if isinstance(one, str) and one.endswith("/*"):
            inside = [place for place in places if place.startswith(one[:-1])]
            found += [{PurePosixPath(place).stem: place} for place in inside]
        else:
            found.append(_expand(one, places))
    return found


def _leaves(nav: Any) -> Iterator[str]:
    """The pages that a tree of navigation names."""
    if isinstance(nav, str):
        yield nav
    else:
        for one in nav.values() if isinstance(nav, dict) else nav:
            yield from _leaves(one)


class Layout:
    """One language of the site: its pages, and where their links lead."""

    def __init__(self, language: str, folder: Path) -> None:
        self.language, self.folder = language, folder
        self._pages = {one: pages(one) for one in LANGUAGES}

    def write(self) -> None:
        """Lays all pages and pictures out, with the settings that Zensical wants."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(DOCS / "images", self.folder / "pages" / "images")
        shutil.copy(_MARK, self.folder / "pages" / "images" / "icon.svg")
        for source, place in self._pages[self.language].items():
            target = self.folder / "pages" / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self._translate(source, place), "utf-8")
        own = tomlkit.parse((DOCS / self.language / "zensical.toml").read_text("utf-8")).unwrap()
        project = _SETTINGS | own["project"]
        places = sorted(map(str, self._pages[self.language].values()))
        project["nav"] = _expand(project["nav"], places)
        named = set(_leaves(project["nav"]))
        if more := [one for one in places if "/" not in one and one not in named]:
            project["nav"].append({"More": more})
        project["theme"] = _SETTINGS["theme"] | own["project"]["theme"]
        project["extra"] = project["extra"] | {
            "alternate": [
                {"name": name, "link": f"../{one}/index.html", "lang": one}
                for one, name in LANGUAGES.items()
            ]
        }
        (self.folder / "zensical.toml").write_text(tomlkit.dumps({"project": project}), "utf-8")

    def _translate(self, source: Path, place: PurePosixPath) -> str:
        """A document as it stands on the site: with links of there, and diagrams drawn."""
        text, at, parts = source.read_text("utf-8"), 0, []
        for code in _CODE.finditer(text):
            parts.append(self._link(text[at : code.start()], source, place))
            parts.append(self._draw(code, place) if code[2] == "mermaid" else code[0])
            at = code.end()
        return "".join([*parts, self._link(text[at:], source, place)])

    def _link(self, text: str, source: Path, place: PurePosixPath) -> str:
        def lead(link: re.Match[str]) -> str:
            picture, words, target = link.groups()
            words = self._link(words, source, place)
            if re.match(r"https?:|mailto:|#", target):
                return f"{picture}[{words}]({target})"
            if target.startswith("/"):
                return f"{words} (`{target}`)"
            name, mark, anchor = target.partition("#")
            file = Path(os.path.normpath(source.parent / name))
            return self._lead(file, f"{picture}[{words}]", mark + anchor, place) or words

        return _LINK.sub(lead, text)

    def _lead(self, file: Path, words: str, anchor: str, place: PurePosixPath) -> str | None:
        """A link from ``place`` to a document or picture; none to what is not on the site."""
        if file == DOCS / "README.md":
            file = DOCS / self.language / "index.md"
        ups = "../" * (len(place.parts) - 1)
        for language in sorted(LANGUAGES, key=self.language.__ne__):
            if there := self._pages[language].get(file):
                if language == self.language:
                    return f"{words}({ups}{there}{anchor})"
                return f"{words}(../{ups}{language}/{there.with_suffix('.html')}{anchor})"
        if file.is_relative_to(DOCS / "images"):
            return f"{words}({ups}{file.relative_to(DOCS)}{anchor})"
        return f"{words[1:-1]} (`{file.relative_to(ROOT)}`)"

    def _draw(self, code: re.Match[str], place: PurePosixPath) -> str:
        """A diagram as two pictures: for readers in light, and in dark."""
        lines = []
        for scheme, theme in (("light", "default"), ("dark", "dark")):
            name = f"{place.stem}-{code.start()}-{scheme}.svg"
            drawn = self.folder / "pages" / "images" / name
            drawn.write_text(draw(code[3], theme), "utf-8")
            ups = "../" * (len(place.parts) - 1)
            lines.append(f"![]({ups}images/{name}#only-{scheme})")
        return "\n".join(lines)


def build() -> None:
    """Builds the site in both languages; what leads nowhere is an error."""
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    zensical = Path(sys.executable).parent / "zensical"
    for language in LANGUAGES:
        folder = ROOT / "build" / "docs-sources" / language
        Layout(language, folder).write()
        command = [
            str(zensical),
            "build",
            "--strict",
            "--clean",
            "-f",
            str(folder / "zensical.toml"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            raise SystemExit(1)
        shutil.move(folder / "site", BUILT / language)
    first = '<!doctype html><meta charset="utf-8"><title>Carrefour</title>'
    first += '<meta http-equiv="refresh" content="0; url=fr/index.html"><a href="fr/index.html">'
    (BUILT / "index.html").write_text(first + "Carrefour</a>\n", "utf-8")


if __name__ == "__main__":
    build()
    sys.stdout.write(f"{BUILT.relative_to(ROOT)}: open it by way of\n")
    sys.stdout.write(f".venv/bin/python -m http.server -d {BUILT.relative_to(ROOT)} 8000\n")
