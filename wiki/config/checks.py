"""What settings may be: what cannot be used is refused, and said by the setting's name."""

import re
from math import inf
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wiki.config.hosts import is_loopback
from wiki.config.settings import (
    ENCODERS,
    FIRST_POSTS,
    INDEXES,
    LOG_FORMATS,
    NAMES,
    PROVIDERS,
    REGISTRATIONS,
    SECOND_FACTORS,
    Settings,
)
from wiki.errors import BadSetting
from wiki.translation import languages_with

#: what ends a line, or is none of a text
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: days for which the audit trail is kept at least: whoever shortens it is in it
_AUDITED = 365
#: a folder of the instance that is none of its parts
_OWN_FOLDER = re.compile(
    r"(?!(?:index|objects|outbox|before-backup-.*)$)[A-Za-z0-9][A-Za-z0-9_-]{0,60}"
)
#: a scope, as RFC 6749 writes it
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,100}")
#: those that are one of a few words
_WORDS = {
    "first_posts": FIRST_POSTS,
    "second_factor": SECOND_FACTORS,
    "registration": REGISTRATIONS,
    "encoder": ENCODERS,
    "index": INDEXES,
    "log_format": LOG_FORMATS,
}
#: what these can be at most; no number of a setting is negative
_LARGEST = {
    **dict.fromkeys(("port", "live_port", "mcp_port", "smtp_port", "imap_port"), 65_535),
    "workers": 1_024,
    "threads": 1_024,
    "task_workers": 100,
    "proxies": 100,
    "backup_hour": 23,
    "answer_model_seconds": 120,
    # What people were promised: content/confidentialite.md.
    "session_idle_days": 14,
    "session_days": 90,
    "draft_days": 180,
    "visit_days": 400,
    "deposit_days": 30,
    "proposal_days": 365,
    "use_days": 800,
    "audit_days": 3_650,
}
#: numbers that mean nothing as 0
_NOT_ZERO = frozenset(
    {"invitation_days", "port", "smtp_port", "imap_port", "threads", "task_workers", "render_time"}
    | {"news_seconds", "answer_model_seconds"}
    | {"max_page", "max_html", "sleeping_months", "document_pages", "document_time"}
    | {"backup_keep_daily", "session_idle_days", "session_days", "draft_days", "visit_days"}
    | {"deposit_days", "proposal_days", "use_days"}
)


def check_settings(settings: Settings) -> None:
    """Raises BadSetting for the first that cannot be used; its words are for the operator."""
    for name in NAMES:
        value = getattr(settings, name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            _check_number(name, value)
        elif isinstance(value, str) and _BREAKS.search(value):
            raise BadSetting(f"setting {name!r} is one line of text", name)
    there = languages_with(settings.translations)
    for name, words in {**_WORDS, "lang": there}.items():
        if getattr(settings, name) not in words:
            raise BadSetting(f"setting {name!r} is one of {', '.join(words)}", name)
    if unknown := sorted(set(settings.languages.split()) - set(there)):
        raise BadSetting(f"setting 'languages': {unknown[0]!r} is not there yet", "languages")
    if settings.lang not in settings.offered:
        raise BadSetting("setting 'languages' has that of 'lang' among them", "languages")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting(
            f"setting 'time_zone': no zone is called {settings.time_zone!r}", "time_zone"
        ) from error
    _check_base_url(settings)
    if settings.source_url and not settings.source_url.startswith(("https://", "http://")):
        raise BadSetting(
            "setting 'source_url' is an address such as https://example.org/carrefour", "source_url"
        )
    _check_answer_model(settings)
    _check_index(settings)
    _check_oidc(settings)
    _check_backup_folder(settings)
    if 0 < settings.audit_days < _AUDITED:
        raise BadSetting(f"setting 'audit_days' is 0 or at least {_AUDITED}", "audit_days")


def bounds(name: str, value: float) -> tuple[float, float]:
    """The least and the most that a number of its kind can be as that setting."""
    least = 0 if name not in _NOT_ZERO else 1 if isinstance(value, int) else 0.001
    return least, _LARGEST.get(name, inf)


def _check_number(name: str, value: float) -> None:
    least, most = bounds(name, value)
    if not least <= value <= most or value == inf:
        said = f"from {least} to {most}" if name in _LARGEST else f"of at least {least}"
        raise BadSetting(f"setting {name!r} is a number {said}, not {value}", name)


def _check_base_url(settings: Settings) -> None:
    """Cookies and mailed links depend on it, so a doubtful one refuses the start (contracts.md)."""
    if not settings.base_url:
        if not is_loopback(settings.host):
            raise BadSetting("set WIKI_BASE_URL to the https address that readers use", "base_url")
        return
    parts = urlsplit(settings.base_url)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise BadSetting("WIKI_BASE_URL is an address such as https://wiki.example.org", "base_url")
    # Names below localhost are this machine's too (RFC 6761): several wikis are tried by them.
    here = is_loopback(parts.hostname) or parts.hostname.endswith(".localhost")
    if parts.scheme == "https" or (parts.scheme == "http" and here):
        return
    raise BadSetting(
        "WIKI_BASE_URL must begin with https:// (http is for this machine alone)", "base_url"
    )


def _check_answer_model(settings: Settings) -> None:
    """What readers ask and pages say does not cross a network unencrypted."""
    url = settings.answer_model_url
    if not url:
        return
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    here = parts.scheme == "http" and is_loopback(host)
    if not host or "@" in parts.netloc or parts.query or not (here or parts.scheme == "https"):
        raise BadSetting(
            "setting 'answer_model_url' is an https address such as https://models.example.org/v1,"
            " or one of this machine such as http://127.0.0.1:11434/v1",
            "answer_model_url",
        )
    if not settings.answer_model:
        raise BadSetting("setting 'answer_model' names the model to ask", "answer_model")
    if not settings.answer_model_key.isascii():
        raise BadSetting("setting 'answer_model_key' has other signs", "answer_model_key")


def _check_index(settings: Settings) -> None:
    """Several machines share an index in a database: a file of SQLite is one machine's."""
    if settings.index == "database" and not settings.database_url.startswith("postgres"):
        raise BadSetting(
            "setting 'index' is 'database' only where 'database_url' leads to PostgreSQL, such as"
            " postgresql://carrefour@localhost/carrefour; else it is 'files'",
            "index",
        )
    replica = settings.database_replica_url
    if replica and settings.index != "database":
        raise BadSetting(
            "setting 'database_replica_url' is for what is worked out from git, which is on"
            " PostgreSQL only where 'index' is 'database'; take it out, or set 'index'",
            "database_replica_url",
        )
    if replica and not replica.startswith("postgres"):
        raise BadSetting(
            "setting 'database_replica_url' is the address of a replica, such as"
            " postgresql://carrefour@replica.example.org/carrefour",
            "database_replica_url",
        )


def _check_backup_folder(settings: Settings) -> None:
    """Administrators of the site choose among folders of the instance, and of the machine's list.

    Who writes ``wiki.toml`` may write elsewhere on the machine as well; they may not.
    """
    folder = settings.backup_folder
    if "backup_folder" in settings.given or not folder or _OWN_FOLDER.fullmatch(folder):
        return
    path = PurePosixPath(folder)
    allowed = map(PurePosixPath, settings.backup_places.split())
    if ".." in path.parts or not any(path.is_relative_to(one) for one in allowed):
        raise BadSetting(
            "setting 'backup_folder' is below the instance's, or in one of 'backup_places'",
            "backup_folder",
        )


def _check_oidc(settings: Settings) -> None:
    """Who vouches for people must be told apart from anyone between: https, but on this machine."""
    if settings.oidc_signup not in ("", "open", "closed"):
        raise BadSetting("setting 'oidc_signup' is open, closed or empty", "oidc_signup")
    if settings.oidc_kind not in PROVIDERS:
        raise BadSetting(f"setting 'oidc_kind' is {', '.join(PROVIDERS[1:])} or empty", "oidc_kind")
    scopes = settings.oidc_scopes.split()
    if "openid" not in scopes or not all(_SCOPE.fullmatch(one) for one in scopes):
        raise BadSetting(
            "setting 'oidc_scopes' is words, openid among them, with blanks between", "oidc_scopes"
        )
    if not settings.oidc_issuer:
        return
    if not settings.oidc_client_id:
        raise BadSetting("setting 'oidc_issuer' needs 'oidc_client_id'", "oidc_client_id")
    parts = urlsplit(settings.oidc_issuer)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if (
        not safe
        or len(settings.oidc_issuer) > 500
        or not parts.hostname
        or parts.query
        or parts.fragment
        or parts.username
    ):
        raise BadSetting(
            "setting 'oidc_issuer' is an address such as https://login.example.org", "oidc_issuer"
        )
