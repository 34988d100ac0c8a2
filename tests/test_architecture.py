"""The page on the architecture is the code's: its drawing, its tables."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_drawing_of_floors_is_the_contract() -> None:
    """Each line of a box is a floor, with all of its rooms; the table tells each folder."""
    (drawing,) = re.findall(r"```mermaid\n%%.*?\n(.*?)```", ARCHITECTURE, re.S)
    boxes = re.findall(r'\["<b>[^<]+</b><br>([^"]+)"\]', drawing)
    told = [set(line.split(" · ")) for box in boxes[1:] for line in box.split("<br>")]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = (one["layers"] for one in settings["contracts"] if one["id"] == "floors")
    assert told == [set(layer.split(" | ")) for layer in layers]
    folders = {path.parent.name for path in (ROOT / "wiki").glob("*/__init__.py")}
    table = ARCHITECTURE.partition("## One request")[0]
    assert set(re.findall(r"^\| `(\w+)/` \|", table, re.M)) == folders


def test_each_entry_at_the_top_is_told_with_its_reason() -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    kept = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    there = {name.split("/")[0] for name in kept.split("\0") if name and (ROOT / name).exists()}
    rows = re.findall(r"^\| (`.+?`) \|", ARCHITECTURE.partition("## What lies at the top")[2], re.M)
    assert {name.strip("/") for row in rows for name in re.findall(r"`([^`]+)`", row)} == there
