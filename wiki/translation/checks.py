"""What a translation may hold: what the words in code hold, and words.

Translators are many, and not all of them known. What they write is filled in by code
(``{name}``, ``%(name)s``), and templates take it as it is: a place that code does not fill would
stop a page, markup of another would run in it. Who is refused costs the reader one string in their
language, which is said in another.
"""

import re
from collections import Counter
from collections.abc import Sequence

#: what code fills in; a brace or a per cent sign that is none of these would be read as one
_PLACE = re.compile(r"\{[^{}]*\}|%\(\w*\)\w?|%[sd%]|[{}%]")
_NAMED = re.compile(r"\{\w+\}|%\(\w+\)s")
_TAG = re.compile(r"<[^<>]*>|[<>]")
_ENTITY = re.compile(r"&#?\w+;")
_ADDRESS = re.compile(
    r"(?<![\w+.-])[\w+.-]{1,40}://(?:[^\s<>\"]*[\w/])?|\b(?:javascript|data|mailto):(?=\S)", re.I
)
#: controls but for tabs and line ends, and halves of characters
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: how much longer than the source a translation may be
_TIMES, _MORE = 6, 200

#: first strong isolate, and its end: what stands between runs by itself
ISOLATE, END = "\u2068", "\u2069"


def fault(source: Sequence[str], said: Sequence[str]) -> str:
    """Why the forms ``said`` cannot stand for those of ``source``, in English; "" where they can.

    ``source`` is one string, or its singular and its plural.
    """
    plural = len(source) > 1
    whole = source[-1]
    for words in said:
        if not words.strip():
            return "a plural form is empty" if plural else "it is empty"
        if len(words) > _TIMES * len(whole) + _MORE:
            return "it is far longer than the English"
        if _CONTROL.search(words) or ("\n" in words and "\n" not in whole):
            return "it holds a character that cannot be seen"
        if why := _places(whole, words, plural) or _markup(source, words):
            return why
    return ""


def _places(source: str, words: str, plural: bool) -> str:
    wanted, found = _PLACE.findall(source), _PLACE.findall(words)
    if foreign := set(found) - set(wanted):
        return f"{sorted(foreign)[0]} is not in the English"
    named = {place for place in wanted if _NAMED.fullmatch(place)}
    # A form may say “one” or “two” in words.
    if not plural and (missing := named - set(found)):
        return f"{sorted(missing)[0]} is missing"
    by_order = Counter(place for place in wanted if place in ("{}", "%s", "%d"))
    if by_order != Counter(place for place in found if place in ("{}", "%s", "%d")):
        return "a place that is filled in by its order is missing, or there twice"
    return ""


def _markup(source: Sequence[str], words: str) -> str:
    allowed = Counter(_TAG.findall(source[-1]))
    if more := Counter(_TAG.findall(words)) - allowed:
        return f"{next(iter(more))} is not in the English"
    if set(_ENTITY.findall(words)) - set(_ENTITY.findall(source[-1])):
        return "a character is written as HTML does: write the character itself"
    # An attribute of a template ends with it.
    if '"' in _TAG.sub("", words) and '"' not in _TAG.sub("", source[-1]):
        return 'write the quotation marks of the language in place of "'
    known = {address for one in source for address in _ADDRESS.findall(one)}
    if foreign := set(_ADDRESS.findall(words)) - known:
        return f"the address {sorted(foreign)[0]} is not in the English"
    return ""


def isolated(words: str) -> str:
    """``words`` of a language that runs from right to left, each place in them by itself.

    A French name in an Arabic sentence would carry the full stop behind it to the wrong end. An
    address, and what stands in a tag, is left as it is.
    """

    def around(found: re.Match[str]) -> str:
        if found[1] is None or "url" in found[1] or found[1] == "{}":
            return found[0]
        return f"{ISOLATE}{found[1]}{END}"

    return re.sub(r"<[^<>]*>|(\{\w*\}|%\(\w+\)s)", around, words)
