"""What can go wrong with a request, as one tree.

A *text* that is wrong is never an exception (see ``pages/problems.py``), and a fault of ours is any
other exception. What is here is raised deep and turned into an answer once: into a page by
``web/errors.py``, into exit status 1 by ``cli.py``::

    WikiError
     ├── BadRequest             what was sent makes no sense
     │    ├── BadPath           a page name that cannot be served safely
     │    ├── BadUpload         a file that is not what it says, or of a kind not accepted
     │    ├── Unmade            a document that a program could not read, or not write
     │    └── BadField          a form field with its reason
     ├── NotInstalled           what was asked wants programs that this installation has not
     ├── NotFound               no such page, file or revision …
     │    └── NotAllowed        … or one that this reader may not know of (reads the same)
     ├── Forbidden              the reader may see it, and not do this with it
     │    └── LogInFirst        … but might after logging in
     ├── EditConflict           two people changed the same lines: carries base, theirs, mine
     ├── AlreadyExists          a page stands at that path
     ├── TooLarge               over a limit of the settings
     ├── TooMany                over a rate; says when to come back
     ├── StorageFailed          the disk is full, read-only or damaged: nothing was saved
     │    ├── Unconfirmed       … or perhaps it was
     │    ├── HostFailed        the host of the shared repository does not answer …
     │    │    └── HostRefuses  … or says no for good
     │    ├── RowsUnreachable   the server of the private rows does not answer
     │    └── RowsNewer         newer code made the private tables: this one leaves them alone
     ├── MailFailed             a mail could not be given to its server (``mailer.py``)
     ├── BadSetting             a setting that cannot be used: refused at start, or to its form
     └── PluginFailed           a plugin that cannot be loaded: refused at start

Each carries ``words``, a translated sentence for the person who asked: what happened, that nothing
is lost, what to do.
"""

from collections.abc import Sequence
from http import HTTPStatus


class WikiError(Exception):
    """Anything a request can get wrong; ``words`` is for the person who made it."""

    status = HTTPStatus.BAD_REQUEST

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class BadRequest(WikiError):
    """What was sent makes no sense."""


class BadPath(BadRequest):
    """A page name that cannot be served safely."""

    status = HTTPStatus.NOT_FOUND


class BadUpload(BadRequest):
    """A file that is not what it says, or of a kind that is not accepted."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class Unmade(BadRequest):
    """A program could not read, or not write, a document; the words say what one can do."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class NotInstalled(WikiError):
    """What was asked wants what an ``extra`` of the package brings, which is not installed."""

    status = HTTPStatus.NOT_IMPLEMENTED

    def __init__(self, words: str, extra: str = "") -> None:
        super().__init__(words)
        self.extra = extra


class BadField(BadRequest):
    """A form field that cannot be taken; ``field`` is its name."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class NotFound(WikiError):
    """No such page, file, revision or thing."""

    status = HTTPStatus.NOT_FOUND


class NotAllowed(NotFound):
    """It exists, but this reader may not know: answered exactly as ``NotFound``."""


class Forbidden(WikiError):
    """The reader may see it, and not do this with it.

    ``ways``: what one does instead, as labels and addresses.
    """

    status = HTTPStatus.FORBIDDEN

    def __init__(self, words: str, ways: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(words)
        self.ways = ways


class LogInFirst(Forbidden):
    """Someone without an account asked for what needs one."""


class EditConflict(WikiError):
    """Two people changed the same lines. Nothing was saved, nothing is lost.

    ``base``, ``theirs`` and ``mine`` are whole texts; ``head`` is the commit that holds ``theirs``.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self, words: str, *, base: str, theirs: str, mine: str, head: str) -> None:
        super().__init__(words)
        self.base = base
        self.theirs = theirs
        self.mine = mine
        self.head = head


class AlreadyExists(WikiError):
    """A page stands at that path already."""

    status = HTTPStatus.CONFLICT


class TooLarge(WikiError):
    """Over a limit of the settings."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooMany(WikiError):
    """Over a rate; ``retry_after`` is in seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, words: str, *, retry_after: int) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class StorageFailed(WikiError):
    """The disk is full, read-only or damaged: nothing was saved."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Unconfirmed(StorageFailed):
    """The disk failed after the branch was moved, or a host did not say that it has it.

    What was saved may be there, and may not last.
    """


class HostFailed(StorageFailed):
    """The host of the repository that nodes share does not answer: nothing was saved."""


class HostRefuses(HostFailed):
    """That host says no, and will again."""


class RowsUnreachable(StorageFailed):
    """The server of the private rows does not answer: what needs them cannot be told."""


class RowsNewer(StorageFailed):
    """Newer code made the private tables; the words say what one does."""


class BadSetting(WikiError):
    """A setting that cannot be used, called ``field``: refused at start, or to its form."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class PluginFailed(WikiError):
    """A plugin that cannot be loaded; the words name it, and what it asks for in vain."""
