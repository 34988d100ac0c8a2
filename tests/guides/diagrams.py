"""Mermaid's diagrams as SVG, drawn here, without a browser and without a host elsewhere."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

#: what was drawn once is not drawn again
_DRAWN = Path(__file__).parents[2] / "build" / "diagrams"


def draw(source: str, theme: str) -> str:
    """A diagram in one of Mermaid's themes.

    In a process of its own: what draws it says at its end, on standard error, what it did not free.
    """
    kept = _DRAWN / f"{hashlib.sha256(f'{theme} {source}'.encode()).hexdigest()}.svg"
    if kept.exists():
        return kept.read_text("utf-8")
    command = [sys.executable, "-m", "tests.guides.diagrams"]
    asked = json.dumps({"source": source, "theme": theme})
    drawn = subprocess.run(command, input=asked, capture_output=True, text=True, check=True).stdout
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(drawn, "utf-8")
    return drawn


if __name__ == "__main__":
    from mermaidx import render

    sys.stdout.write(render(**json.load(sys.stdin)).svg())
