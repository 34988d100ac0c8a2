"""Heads between lines of ``+++``, which are TOML: what they say, as the YAML of our own heads."""

import tomllib
from collections.abc import Mapping

from wiki.pages.head.lenient import written
from wiki.pages.head.rights_words import may_say_rights
from wiki.pages.head.yaml_subset import Refused, Value, read_keys

#: longer ones are nobody's, and the reader's time grows faster than they do
LONGEST = 10_000
MAY_SAY_RIGHTS = (
    "The lines between +++ may say who reads the page: write them as YAML, between --- lines."
)
NOT_TOML = "The lines between +++ at the top cannot be read as TOML."
#: levels of tables and lists
_DEPTH = 3


def toml_as_yaml(source: str) -> str:
    """YAML of the subset that says what the TOML ``source`` does; raises Refused.

    A table in it becomes a text, as nothing of ours is in tables. Nothing that could say who reads
    the page is read here: in this form nobody of ours writes it.
    """
    if may_say_rights(source):
        raise Refused(0, MAY_SAY_RIGHTS)
    if len(source) > LONGEST:
        raise Refused(0, NOT_TOML)
    try:
        said = tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        raise Refused(0, NOT_TOML) from error
    yaml = "".join(written(name, _value(value)) for name, value in said.items())
    if list(read_keys(yaml).values) != list(said):
        raise Refused(0, NOT_TOML)
    return yaml


def _value(value: object, depth: int = 0) -> Value:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and depth == 0:
        return tuple(str(_value(one, depth + 1)) for one in value)
    if isinstance(value, Mapping | list) and depth < _DEPTH:
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        return ", ".join(f"{key}: {_value(one, depth + 1)}" for key, one in pairs)
    return str(value) if depth < _DEPTH else "…"
