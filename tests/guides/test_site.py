"""The documents build as a site: each link and anchor leads somewhere, and nothing is fetched."""

import json
import re

from tests.guides import site


def test_the_site_builds_and_asks_nobody_else() -> None:
    site.build()
    for language, word in (("fr", "porteur"), ("en", "owner")):
        folder = site.BUILT / language
        found = json.loads((folder / "search.json").read_text("utf-8"))
        assert word in json.dumps(found, ensure_ascii=False)
        for path in folder.rglob("*.html"):
            text = path.read_text("utf-8")
            assert f'<html lang="{language}"' in text, path
            asked = re.findall(r'<(?:script|img|iframe)\b[^>]*\bsrc="?(https?:[^" >]+)', text)
            asked += re.findall(r'<link\b[^>]*\bhref="?(https?:[^" >]+)', text)
            assert asked == [], path
            # Between the languages: what a build does not look at.
            for target in re.findall(r'href="?((?:\.\./)+(?:fr|en)/[^"#> ]+)', text):
                assert (path.parent / target).exists(), f"{path.name}: {target}"
        assert "unpkg" not in (folder / "index.html").read_text("utf-8")
    assert (site.BUILT / "index.html").exists()
    drawn = (site.BUILT / "en" / "architecture.html").read_text("utf-8")
    assert "sequenceDiagram" not in drawn and drawn.count("#only-dark") == 2
