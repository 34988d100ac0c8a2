"""Every setting of an instance, one frozen dataclass."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from wiki.config.hosts import for_url, is_loopback
from wiki.translation import languages_with

REGISTRATIONS = ("open", "invitation", "closed")
SECOND_FACTORS = ("off", "administrators", "administrators and programmes")
FIRST_POSTS = ("open", "doubtful", "reviewed")
INDEXES = ("files", "database")
LOG_FORMATS = ("text", "json")
ENCODERS = ("auto", "e5", "use", "off")
PROVIDERS = ("", "proconnect", "keycloak", "authentik", "entra", "google")
#: what is given for settings that nobody gives, by ``profile``
PROFILES: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "small": {"workers": 1, "threads": 3, "task_workers": 1, "encoder": "off"}
    | {"answer_cache": 12_000_000, "worker_memory": 220_000_000},
}


@dataclass(frozen=True)
class Settings:
    """The settings of one instance; each is ``WIKI_<NAME>`` in the environment.

    Sizes are bytes, times are seconds, rates are counts in the window that the name gives.
    """

    #: the instance's folder
    instance: Path = Path("instance")

    #: what the machine is like: ``small``: it has little memory
    profile: str = ""

    # What the site is.
    site_name: str = "Carrefour"
    #: language of the interface for a reader who asks for none that we have
    lang: str = "fr"
    #: the languages that it is offered in, with blanks between; empty: all that there are
    languages: str = ""
    #: the folder of catalogues of one's own; one that is not absolute is below the instance's
    translations: Path = Path("translations")
    time_zone: str = "Europe/Paris"
    #: where readers reach the site; mails and links for elsewhere are built from it alone
    base_url: str = ""
    #: other names that lead there, with blanks between, where a host serves many wikis
    other_hosts: str = ""
    #: where readers find the source of what runs here, as the licence asks where it was changed
    source_url: str = ""
    #: for whom it is, in a line of the home page
    for_whom: str = ""
    #: who runs the site, and a mail or web address for who meets a barrier in it
    organisation: str = ""
    contact: str = ""
    registration: str = "open"
    #: whose first texts are read by someone: nobody's, those of odd sign-ups, of all who sign up
    first_posts: str = "open"

    #: of whom more is asked than a password or a mailed link
    second_factor: str = "administrators and programmes"
    #: days in which they may still come in without, from the first time that they are asked
    second_factor_days: int = 14

    # Where it listens.
    host: str = "127.0.0.1"
    port: int = 8080
    #: 0: one for each core
    workers: int = 0
    threads: int = 8
    #: processes that tasks run in, at most; with 1 a long one keeps all others waiting
    task_workers: int = 4
    #: answers that each worker keeps, all together
    answer_cache: int = 48_000_000
    #: resident memory past which another worker takes the place of one; some 110 MB are shared
    worker_memory: int = 400_000_000
    #: reverse proxies before it, each of which adds the address that it was asked from
    proxies: int = 0
    #: what a monitor sends, as a bearer's token, to be told of mails, tasks and mirrors
    metrics_token: str = ""
    #: how a server writes its log, and whether each request that was not answered from memory is in
    #: it, by the pattern of its route
    log_format: str = "text"
    log_requests: bool = False
    #: statements that take longer are in the log, without their values; 0: none
    slow_query_milliseconds: int = 0
    #: where OpenTelemetry sends what it measures (OTLP over HTTP); empty: nothing is measured
    traces_to: str = ""
    #: whether several people write in one page at the same time
    live_editing: bool = True
    #: the port of the process that they write through, on the same host; 0: the one after ``port``
    live_port: int = 0
    #: whether programs such as assistants ask and propose by the Model Context Protocol
    mcp: bool = False
    #: the port of the process that they are answered by, on the same host; 0: two after ``port``
    mcp_port: int = 0

    #: what reads the meaning of needs and offers: the best there is, one by name, or words alone
    encoder: str = "auto"
    #: up to ``/v1``, a server as OpenAI's are, that puts answers into sentences; empty: none
    answer_model_url: str = ""
    #: the name of that model, and what lets us in
    answer_model: str = ""
    answer_model_key: str = ""
    #: seconds that it is given for one answer
    answer_model_seconds: float = 20.0
    #: whether one on another machine is sent what its asker may read, and not everybody
    answer_model_restricted: bool = False
    #: the page that needs for money are shown, in place of people
    funding_page: str = "financements"
    #: whether the teams of projects are asked for news by mail, months after they were shown
    news_requests: bool = True
    #: whether directories of others find profiles of what everybody reads, as Murmurations has them
    murmurations: bool = False
    #: months without a line in its story after which a project is shown as sleeping
    sleeping_months: int = 18

    #: hosts of the machine's own network, with blanks between, that administrators may choose as
    #: servers of mail, of the mailbox and of sign-on
    service_hosts: str = ""
    #: likewise, that a new site may be fetched from
    git_hosts: str = ""
    #: likewise, that pages may be imported from by the address of a site
    import_hosts: str = ""
    #: likewise, that messages may be sent to
    webhook_hosts: str = ""
    #: likewise, whose calendars may be followed
    calendar_hosts: str = ""
    #: likewise, that followers by ActivityPub may be at
    fediverse_hosts: str = ""
    #: likewise, that are or may be sister Carrefours
    sister_hosts: str = ""
    #: bytes that the public pages of one sister may be, with their files
    sister_size: int = 200_000_000
    #: days after which a site that no longer names this one as its sister is not shown any more
    sister_delay_days: int = 30

    # Where private rows are; empty: ``private.db`` in the instance.
    database_url: str = ""
    #: a replica of that server, for reads of what is worked out from git
    database_replica_url: str = ""
    #: where what is worked out from git is: in files of the instance, or beside the private rows
    index: str = "files"

    # Several nodes: the bare repository that all push to; see ``repository/shared/``.
    #: its address, and what lets this node in
    shared_repository: str = ""
    shared_token: str = ""
    #: the name of this node; empty: that of the machine
    node: str = ""
    #: seconds between two looks at what other nodes have saved
    news_seconds: float = 2.0

    # Large attachments: in git, or in a bucket of S3 that git points to; ``files/object_store``.
    #: ``s3://bucket/folder``; without a key, AWS_… of the environment say it
    object_store: str = ""
    object_store_endpoint: str = ""
    object_store_region: str = ""
    object_store_key: str = ""
    object_store_secret: str = ""
    #: bytes above which an attachment goes there
    object_store_above: int = 1_000_000
    #: days for which what no commit names any more is kept there, laid aside
    object_store_days: int = 14
    #: whether backups hold what is there
    object_store_in_backups: bool = True

    # Backups: where they are kept, each by itself; see ``backups/targets/``.
    #: whether they are made by themselves each day, and not when somebody asks alone
    backup_daily: bool = True
    #: folders, with blanks between, in which administrators may have them kept
    backup_places: str = ""
    #: a folder; one that is not absolute is below the instance's; empty: none
    backup_folder: str = "backups"
    #: ``s3://bucket/folder``; without a key, AWS_… of the environment say it
    backup_s3: str = ""
    backup_s3_endpoint: str = ""
    backup_s3_region: str = ""
    backup_s3_key: str = ""
    backup_s3_secret: str = ""
    #: repositories of these programs, and the passphrase of both
    backup_restic: str = ""
    backup_borg: str = ""
    backup_passphrase: str = ""
    #: whom archives in folders and buckets are encrypted for: public keys of age or ssh
    backup_recipients: str = ""
    #: the file with a key that reads them, where this machine may
    backup_key: str = ""
    #: the hour of the day at which they are made
    backup_hour: int = 3
    #: how many days, weeks and months are gone back; in a folder of the instance, days alone
    backup_keep_daily: int = 7
    backup_keep_weekly: int = 4
    backup_keep_monthly: int = 6

    # How long private rows are kept, in days: at most what people were promised (``checks.py``).
    #: a session in which nobody does anything, and any session
    session_idle_days: int = 14
    session_days: int = 90
    #: a draft that is not touched any more
    draft_days: int = 180
    #: when someone last read a page
    visit_days: int = 400
    #: a form that a visitor began
    deposit_days: int = 30
    #: what was decided on a proposed text
    proposal_days: int = 365
    #: the figures of use, by day
    use_days: int = 800
    #: lines of the audit trail; 0: for good
    audit_days: int = 0

    # Mail; without a server, mails are files in ``outbox/``.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True
    mail_from: str = "carrefour@localhost"

    # A mailbox that innovations are signalled to; without a server none is read.
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_password: str = ""
    imap_folder: str = "INBOX"
    #: the address of that mailbox, as people are told it
    signal_address: str = ""
    #: whether people without an account may signal one, for the team to read first
    visitor_signals: bool = True

    # Single sign-on by OpenID Connect; without an issuer there is none.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    #: what is known of its ways: ``proconnect``, ``keycloak`` and so on; empty: nothing
    oidc_kind: str = ""
    #: what it is asked for, with blanks between
    oidc_scopes: str = "openid email profile"
    #: whether a mail address opens an account that the provider does not say it has verified
    oidc_trust_email: bool = False
    #: what its button calls it
    oidc_name: str = ""
    #: whether it opens accounts; empty: as ``registration`` does
    oidc_signup: str = ""

    # Limits (trust.md 4), each answered with a sentence.
    max_page: int = 1_000_000
    max_upload: int = 25_000_000
    #: what one push by git sends; unpacked, it may be twice that
    max_push: int = 50_000_000
    max_pixels: int = 50_000_000
    #: files that one person, or one address, adds in a day
    uploads_per_day: int = 500_000_000
    #: what the content's repository takes on disk; beyond it no file is added
    max_content: int = 50_000_000_000
    #: sizes of pictures that are kept so that none is drawn twice, all together
    picture_cache: int = 500_000_000
    #: seconds for which a visitor may still be shown what a page said before an edit, while that is
    #: being worked out for another; 0: each waits
    edit_delay: float = 0.5
    #: a rendered page; beyond it a notice stands in its place
    max_html: int = 5_000_000
    #: seconds for one page to be rendered before a notice stands in its place
    render_time: float = 1.0
    login_failures_per_15_min: int = 10
    #: days that a browser is known to an account which was logged in to there; 0: no cookie says so
    known_device_days: int = 365
    registrations_per_hour: int = 100
    resets_per_hour: int = 3
    #: days that an invitation by mail is good for
    invitation_days: int = 14
    #: invitations by one person
    invitations_per_day: int = 20
    #: whether members, and not admins alone, may invite to the wiki
    member_invitations: bool = False
    #: introductions by one person, answers to needs included
    introductions_per_day: int = 5
    #: innovations signalled by one person, or from one address
    signals_per_day: int = 30
    saves_per_minute: int = 600
    #: documents made or read for one person, or for one address
    documents_per_hour: int = 60
    #: pages of one document
    document_pages: int = 300
    #: seconds that a program may take to make or read a large one; others have 20
    document_time: float = 60.0
    #: proposals from an address, or by a held account; a day has room for four hours' worth
    proposals_per_hour: int = 10
    #: reports of pages from an address
    reports_per_hour: int = 10
    searches_per_minute: int = 300
    #: answers put into sentences by a model
    sentences_per_minute: int = 10
    #: what is proposed while one types
    suggestions_per_second: int = 10
    #: differences between versions, worked out for one person, or for one address
    comparisons_per_minute: int = 60
    #: with one token, by one person, or from one address
    api_requests_per_minute: int = 600

    #: where the values come from that a start gives, by name (``sources.py``): no setting
    given: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages that the interface is offered in."""
        found, asked = languages_with(self.translations), self.languages.split()
        return tuple(one for one in found if one in asked) if asked else found

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, in which days begin and dates are shown."""
        return ZoneInfo(self.time_zone)

    def live_url(self, host: str) -> str:
        """Where a browser that asked at ``host`` reaches the process that people write through.

        By WebSocket; behind a proxy, below the address of the site, which the proxy sends there.
        """
        parts = urlsplit(self.base_url)
        if parts.hostname and not is_loopback(parts.hostname):
            return f"wss://{parts.netloc}"
        name = urlsplit(f"//{host}").hostname or self.host
        return f"ws://{for_url(name)}:{self.live_port_used}"

    @property
    def live_port_used(self) -> int:
        """The port that this process listens at."""
        return self.live_port or min(self.port + 1, 65_535)

    @property
    def mcp_port_used(self) -> int:
        """The port that this process listens at."""
        return self.mcp_port or min(self.port + 2, 65_535)

    @property
    def secure(self) -> bool:
        """Whether readers come by https, so that cookies are bound to it."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def alone(self) -> bool:
        """Whether only this machine reaches the wiki, and no mail leaves it: someone tries it."""
        host = urlsplit(self.base_url).hostname or self.host
        return not self.smtp_host and is_loopback(host)

    @property
    def oidc_opens(self) -> bool:
        """Whether someone whom the provider knows, and the wiki does not, gets an account."""
        return (self.oidc_signup or self.registration) == "open"

    @property
    def public_url(self) -> str:
        """Where readers reach the site, without a final slash."""
        return (self.base_url or f"http://{for_url(self.host)}:{self.port}").rstrip("/")


#: the names of all settings
NAMES = tuple(one.name for one in fields(Settings) if one.name != "given")
