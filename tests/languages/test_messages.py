"""What translators work from is what the code says."""

from pathlib import Path

from tests.languages.extraction import told_in
from tests.languages.messages import ROOT, WEBLATE, components, templates


def test_templates_say_what_the_code_says() -> None:
    made = templates()
    kept = {*ROOT.glob("wiki/translations/*.pot"), *ROOT.glob("plugins/*/translations/*.pot")}
    assert kept == made.keys()
    assert [path for path, text in made.items() if path.read_bytes() != text] == [], "make messages"
    assert WEBLATE.read_text("utf-8") == components(made)


def test_translators_are_told_what_stands_above_a_string(tmp_path: Path) -> None:
    code, page = tmp_path / "a.py", tmp_path / "b.html"
    code.write_text('x = [\n    # Translators: of a door\n    _("Open"), _("Shut")\n]\n', "utf-8")
    page.write_text('{# Translators: a verb #}\n{{ _("Open") }}', "utf-8")
    assert told_in(code)["Open"] == ("of a door",)
    assert told_in(page)["Open"] == ("a verb",)
