"""The settings that administrators choose in the browser, and within which bounds.

What is of the machine is not among them: where it listens, how many processes it has, where its
rows are. Bounds are narrower than those of an operator, who can mend by a file what shuts everybody
out of the browser.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from wiki.config.settings import (
    ENCODERS,
    FIRST_POSTS,
    PROVIDERS,
    REGISTRATIONS,
    SECOND_FACTORS,
)
from wiki.translation import languages


@dataclass(frozen=True)
class Choice:
    """How one setting is chosen.

    ``public``: it stands in a file of the pages' repository, and is cloned with them; others are
    rows. ``secret``: it is kept encrypted, and never shown. ``at_start``: what is chosen holds from
    the next start on. ``sure``: it decides who comes in, where links to log in go, or what is left
    to go back to; whoever changes it shows first that it is them.
    """

    public: bool = False
    secret: bool = False
    at_start: bool = False
    sure: bool = False
    #: what it may be, where only a few words are
    listed: Callable[[], tuple[str, ...]] = tuple
    #: the bounds of a number, or of the length of a text
    least: float = 0
    most: float = 500

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it may be; none where it may be any."""
        return self.listed()


def _number(least: float, most: float, sure: bool = False) -> Choice:
    return Choice(least=least, most=most, sure=sure)


_PUBLIC, _PLAIN, _SURE, _SECRET = (
    Choice(public=True),
    Choice(),
    Choice(sure=True),
    Choice(secret=True, sure=True),
)
_NUMBER, _DAYS, _PORT = _number(1, 1_000_000), _number(1, 3_650), _number(1, 65_535, sure=True)
_BYTES = _number(100_000, 10_000_000_000)

#: by name; what one leans on stands before it
IN_BROWSER: Mapping[str, Choice] = {
    "site_name": Choice(public=True, least=1, most=80),
    "lang": Choice(public=True, listed=languages),
    "languages": Choice(public=True, least=2, most=600),
    "time_zone": Choice(public=True, least=1, most=60),
    "base_url": Choice(at_start=True, sure=True),
    "source_url": _PUBLIC,
    "for_whom": Choice(public=True, most=160),
    "organisation": Choice(public=True, most=200),
    "contact": Choice(public=True, most=300),
    "registration": Choice(listed=lambda: REGISTRATIONS, sure=True),
    "first_posts": Choice(listed=lambda: FIRST_POSTS),
    "second_factor": Choice(listed=lambda: SECOND_FACTORS, sure=True),
    "second_factor_days": _number(0, 365, sure=True),
    "member_invitations": _PLAIN,
    "visitor_signals": _PLAIN,
    "live_editing": Choice(at_start=True),
    "mcp": Choice(at_start=True),
    "encoder": Choice(listed=lambda: ENCODERS),
    "funding_page": _PUBLIC,
    "news_requests": _PLAIN,
    "murmurations": _PLAIN,
    "sleeping_months": Choice(public=True, least=1, most=1_200),
    "smtp_host": _SURE,
    "smtp_port": _PORT,
    "smtp_user": _SURE,
    "smtp_password": _SECRET,
    "smtp_starttls": _SURE,
    "mail_from": Choice(least=3, most=300, sure=True),
    "imap_host": _SURE,
    "imap_port": _PORT,
    "imap_user": _SURE,
    "imap_password": _SECRET,
    "imap_folder": Choice(least=1, most=200, sure=True),
    "signal_address": Choice(most=300),
    "oidc_kind": Choice(listed=lambda: PROVIDERS, sure=True),
    "oidc_client_id": _SURE,
    "oidc_client_secret": _SECRET,
    "oidc_issuer": _SURE,
    "oidc_scopes": Choice(least=6, most=500, sure=True),
    "oidc_trust_email": _SURE,
    "oidc_name": Choice(most=80),
    "oidc_signup": Choice(listed=lambda: ("", "open", "closed"), sure=True),
    "backup_daily": _SURE,
    "backup_hour": _number(0, 23),
    "backup_folder": Choice(most=300, sure=True),
    "backup_keep_daily": _number(1, 3_650, sure=True),
    "backup_keep_weekly": _number(0, 520, sure=True),
    "backup_keep_monthly": _number(0, 240, sure=True),
    "backup_recipients": Choice(most=4_000, sure=True),
    "invitation_days": _DAYS,
    "known_device_days": _number(0, 3_650),
    "session_idle_days": _number(1, 14),
    "session_days": _number(1, 90),
    "draft_days": _number(1, 180),
    "visit_days": _number(1, 400),
    "deposit_days": _number(1, 30),
    "proposal_days": _number(1, 365),
    "use_days": _number(1, 800),
    "audit_days": _number(0, 3_650, sure=True),
    "max_page": _number(20_000, 50_000_000),
    "max_upload": _BYTES,
    "max_push": _BYTES,
    "max_pixels": _number(1_000_000, 1_000_000_000),
    "uploads_per_day": _number(100_000, 10_000_000_000_000),
    "max_content": _number(1_000_000, inf),
    "document_pages": _number(1, 10_000),
    "document_time": _number(1, 3_600),
    "login_failures_per_15_min": _number(1, 1_000_000, sure=True),
    "registrations_per_hour": _NUMBER,
    "resets_per_hour": _NUMBER,
    "invitations_per_day": _NUMBER,
    "introductions_per_day": _NUMBER,
    "signals_per_day": _NUMBER,
    "saves_per_minute": _NUMBER,
    "documents_per_hour": _NUMBER,
    "proposals_per_hour": _number(0, 1_000_000),
    "reports_per_hour": _NUMBER,
    "searches_per_minute": _NUMBER,
    "suggestions_per_second": _NUMBER,
    "comparisons_per_minute": _NUMBER,
    "api_requests_per_minute": _NUMBER,
}

#: those that stand in the file of the pages' repository
PUBLIC = frozenset(name for name, one in IN_BROWSER.items() if one.public)
#: those that hold from the next start on
AT_START = frozenset(name for name, one in IN_BROWSER.items() if one.at_start)
