"""Values of entries: labels of lists, days, links, as the wiki writes them (pure)."""

import csv
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from wiki.api.translation import written_language

from ..encodings import mend
from .forms import CHOICES, Field

Entry = Mapping[str, Any]

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?")
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2}))?")
_SCHEME = re.compile(r"https?://", re.I)


def text_of(entry: Entry, field: Field) -> str:
    """What stands in a field, as text; "" where nothing does."""
    for name in field.names:
        value = entry.get(name)
        if isinstance(value, dict):
            value = ",".join(str(key) for key, on in value.items() if on)
        elif isinstance(value, list):
            value = ",".join(str(one) for one in value)
        if value not in (None, "", False):
            return mend(str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()
    return ""


def keys_of(text: str) -> list[str]:
    """The values of a field of several."""
    try:
        cells = next(csv.reader([text.replace("\n", " ")], skipinitialspace=True), [])
    except csv.Error:
        cells = text.split(",")
    return list(dict.fromkeys(one.strip() for one in cells if one.strip()))


def labels_of(entry: Entry, field: Field, lists: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is chosen, by its labels."""
    options = field.options or lists.get(field.linked, {})
    keys = keys_of(text_of(entry, field))
    if field.kind not in CHOICES:
        return keys
    return [label for key in keys if (label := " ".join(str(options.get(key, key)).split()))]


def moment_of(text: str) -> str:
    """A day, or a day and an hour, as a head has it; "" for what is none."""
    if found := _DAY.match(text):
        year, month, day, hour, minute = found.groups()
    elif found := _FRENCH.match(text):
        day, month, year, hour, minute = found.groups()
    else:
        return ""
    with suppress(ValueError):
        on = date(int(year), int(month), int(day))
        if hour is None:
            return on.isoformat()
        at = datetime(int(year), int(month), int(day), int(hour), int(minute))  # noqa: DTZ001
        return at.isoformat("T", "minutes")
    return ""


def day_in_words(moment: str) -> str:
    """A day as people say it."""
    day = date.fromisoformat(moment[:10])
    hour = f", {moment[11:]}" if len(moment) > 10 else ""
    return f"{format_date(day, 'long', locale=written_language())}{hour}"


def web_of(text: str) -> str:
    """An address of the web; "" for what is none."""
    word = text.strip().partition(" ")[0]
    if not word or "@" in word or len(word) > 2_000:
        return ""
    if not _SCHEME.match(word):
        word = f"https://{word}" if "." in word.strip(".") and ":" not in word else ""
    return word if word.rstrip("/") not in ("http:", "https:") else ""


def place_on_map(entry: Entry, field: Field) -> str:
    """Where a map shows it, as two numbers; "" where it shows nothing."""
    held = entry.get("geolocation")
    told = held if isinstance(held, dict) else entry
    pair = [str(told.get(name) or "").strip() for name in field.names[:2]]
    if not all(pair) and isinstance(entry.get("carte_google"), str):
        pair = [one.strip() for one in entry["carte_google"].split("|")][:2]
    numbers = [one for one in pair if re.fullmatch(r"-?\d{1,3}(?:\.\d{1,15})?", one)]
    return ", ".join(numbers) if len(numbers) == 2 else ""
