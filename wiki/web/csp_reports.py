"""Reports of browsers that refused something by the site's policy: counted by kind, then forgotten.

Anyone may send one, and say anything in it. So a report is bounded in size and number, and each
field of it is taken as one of a few words, a host, or the name of one of our own files; whatever
else it says is not kept, shown or logged.
"""

import json
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from wiki.errors import BadRequest, TooLarge
from wiki.people.violations import Violation, count_violation
from wiki.translation import gettext as _
from wiki.web.security import POLICY, csrf
from wiki.web.support import current_instance
from wiki.web.throttle import count_request

bp = Blueprint("csp_reports", __name__)
#: bytes of a body
_BYTES = 64_000
_DIRECTIVES = {part.split()[0] for part in POLICY.split("; ")}
_DIRECTIVES |= {f"{kind}-src{of}" for kind in ("script", "style") for of in ("-elem", "-attr")}
_DIRECTIVES |= {f"{kind}-src" for kind in ("child", "frame", "media", "prefetch", "worker")}
#: what a browser says in place of an address
_WORDS = frozenset(
    {"inline", "eval", "wasm-eval", "trusted-types-policy", "trusted-types-sink", "data", "blob"}
)
_HOST = re.compile(r"[a-z0-9.-]{1,100}")
_FILE = re.compile(r"/-/static/([a-z0-9./-]{1,80}?)(?:-[A-Za-z0-9]{8,10})?(\.[a-z]{2,5})")


@bp.post("/csp-reports")
@csrf.exempt  # type: ignore[untyped-decorator]
def receive() -> Response:
    """Counts what is reported. Raises TooMany, TooLarge, BadRequest."""
    count_request("report")
    count_request("reports", by="everyone")
    body = request.stream.read(_BYTES + 1)
    if len(body) > _BYTES:
        raise TooLarge(_("This report is too long."))
    count_violation(current_instance().private, _violation(body))
    return Response(status=HTTPStatus.NO_CONTENT)


def _violation(body: bytes) -> Violation:
    """What ``{"csp-report": {…}}`` reports. Raises BadRequest."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    report = sent.get("csp-report") if isinstance(sent, dict) else None
    if not isinstance(report, dict):
        raise BadRequest(_("This is no report of a browser."))
    rule = report.get("effective-directive")
    if not isinstance(rule, str):
        # Of older browsers: the directive as it stands in the policy.
        rule = str(report.get("violated-directive")).partition(" ")[0]
    return Violation(
        rule if rule in _DIRECTIVES else "other",
        _blocked(report.get("blocked-uri")),
        _source(report.get("source-file")),
        _view(report.get("document-uri")),
    )


def _blocked(said: object) -> str:
    if isinstance(said, str) and said in _WORDS:
        return said
    scheme, host, _path = _parts(said)
    if scheme not in ("http", "https"):
        # An extension of the browser, or a word of a later one.
        return scheme if scheme in _WORDS else "extension" if scheme else ""
    if host == _own_host():
        return "self"
    return host if _HOST.fullmatch(host) else ""


def _source(said: object) -> str:
    scheme, host, path = _parts(said)
    if scheme not in ("http", "https", ""):
        return "extension"
    found = _FILE.fullmatch(path) if host == _own_host() else None
    return f"{found[1]}{found[2]}" if found else ""


def _view(said: object) -> str:
    """Which of our views was shown: of its address nothing else is kept."""
    _scheme, host, path = _parts(said)
    if host != _own_host():
        return ""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, ValueError):
        return ""
    return str(endpoint)[:100]


def _parts(said: object) -> tuple[str, str, str]:
    """Scheme, host and path of an address; "" each where there is none."""
    if not isinstance(said, str) or len(said) > _BYTES:
        return "", "", ""
    try:
        parts = urlsplit(said)
        return parts.scheme, parts.hostname or "", parts.path
    except ValueError:
        return "", "", ""


def _own_host() -> str:
    return urlsplit(f"//{request.host}").hostname or ""
