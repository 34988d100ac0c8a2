"""What the documents tell receivers to do is done here with what is really sent."""

import re
from pathlib import Path
from typing import Any

from .conftest import Receiver, Told
from .test_sending import SECRET

DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"


def test_the_receiver_of_the_documents_takes_what_is_sent(
    place: Told, receiver: Receiver, capsys: Any
) -> None:
    (code,) = re.findall(r"<!-- tried -->\n```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - it is ours
    id = place.add("anne", receiver)
    (secret,) = SECRET.findall(place.shown[-1])
    place.send("anne", f"/-/webhooks/{id}", action="tell")
    place.run()
    (got,) = receiver.got
    assert names["receive"](secret, got.headers, got.body) == "204 No Content"
    assert capsys.readouterr().out.startswith("webhook.test http")
    assert names["receive"](secret, got.headers, b"{}") == "401 Unauthorized"


def test_the_documents_name_what_is_told(place: Told) -> None:
    named = set(re.findall(r"`((?:\w+)\.(?:\w+))`", DOCUMENT.read_text("utf-8")))
    told = set(place.part("sentences").WHAT_WORDS)
    assert told == {one for one in named if not one.startswith("webhooks.")}
