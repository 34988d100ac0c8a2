"""A line of a story in two: the state that it tells, in words, and what follows."""

import re

from wiki.api.html import get_fact_words
from wiki.api.paths import slug
from wiki.api.reading import Reader

#: as a story is read: one word, and a dash or nothing after it
_BEGIN = re.compile(r"(?P<state>[^\W\d_][\w-]*)\s*(?:[—–:]|-(?=\s)|$)\s*")


def state_and_words(reader: Reader, text: str) -> tuple[str, str]:
    """``pilote — En dix fermes`` as “pilote” and “En dix fermes”; ("", the text) where none is."""
    bare = text.lstrip("—–- ")
    key = reader.instance.fact_keys.get("state")
    begin = _BEGIN.match(bare)
    if key is None or begin is None:
        return "", bare
    name = slug(begin["state"])
    state = key.aliases.get(name, name)
    if state not in (key.words or {}):
        return "", bare
    return get_fact_words(reader, "state", state), bare[begin.end() :]
