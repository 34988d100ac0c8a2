"""Names of hosts in the one form that is compared, and what is asked of them as it is sent on."""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: labels of letters, digits and hyphens: also a name of a file, below any folder
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_PORT = re.compile(r":[0-9]{0,5}\Z")
#: of a path, what needs no escape
_PLAIN = "/:@!$&'()*+,;=~"


def host_of(header: str) -> str:
    """The host that a ``Host`` header names, without port, case and final dot; "" for no name.

    What is no plain name is none of ours: a browser sends the letters of all languages as ASCII.
    """
    name = _PORT.sub("", header).lower().removesuffix(".")
    return name if _NAME.fullmatch(name) else ""


def host_in(words: str) -> str:
    """Likewise of a name that somebody wrote into settings, in any letters."""
    try:
        return host_of(words.encode("idna").decode("ascii"))
    except UnicodeError:
        return ""


def host_of_url(url: str) -> str:
    """The host of an address; "" where it has none."""
    try:
        return host_in(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def target_of(environ: "WSGIEnvironment") -> str:
    """The path and the query that a request asks for."""
    path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe=_PLAIN)
    query = environ.get("QUERY_STRING", "")
    return f"{path or '/'}?{query}" if query else path or "/"
