"""“I have a backup”: the archive is restored beside the new site, and takes its place.

::

    a file of the folder for backups, or one that is sent ──▶ its limit, its key
      ──▶ backups/takeover.py: restored, tried ──▶ a page that waits for the start with it

A file that is sent goes to the instance's own disk as it comes, by nobody who lacks the link.
"""

import re
from functools import partial
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, cast
from urllib.parse import quote, urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.backups.encryption import decrypt, is_encrypted
from wiki.backups.places import workplace
from wiki.backups.takeover import prepare
from wiki.errors import (
    AlreadyExists,
    BadField,
    BadRequest,
    BadSetting,
    RowsNewer,
    StorageFailed,
    TooLarge,
)
from wiki.people.accounts.founder import has_admin
from wiki.translation import gettext as _
from wiki.web.forms import redisplay, typed_values
from wiki.web.security import csrf
from wiki.web.setup.archives import (
    coming_in,
    find_archives,
    is_coming_in,
    largest_file,
    too_large,
)
from wiki.web.setup.entrance import lets_in
from wiki.web.setup.views import founded, no_longer_good, site_form
from wiki.web.support import current_instance

bp = Blueprint("setup_backup", __name__)

_PATH = re.compile(r"/-/setup/[^/]+/backup")
#: characters of a key of age
_KEY = 20_000


def is_archive(path: str) -> bool:
    """Whether the body of a request for ``path`` may be a backup, which its view reads."""
    return _PATH.fullmatch(path) is not None


@bp.get("/setup/<token>/backup")
def show(token: str) -> Response:
    """Where one that was refused is looked at once more, in another language for one."""
    lang = request.args.get("lang")
    query = f"?{urlencode({'lang': lang})}" if lang else ""
    return redirect(f"/-/setup/{quote(token, safe='')}{query}", HTTPStatus.SEE_OTHER)


@bp.post("/setup/<token>/backup")
@csrf.exempt  # type: ignore[untyped-decorator]
def restore(token: str) -> Response:
    """Restores a backup beside the site. Nobody else's page can send this: they lack the link.

    Nothing of the body is read before that is known. Raises TooLarge.
    """
    instance = current_instance()
    if has_admin(instance.private):
        return founded()
    if not lets_in(token):
        return no_longer_good()
    if is_coming_in():
        return coming_in(token)
    most = largest_file(instance)
    if (request.content_length or 0) > most:
        raise TooLarge(too_large(most))
    with workplace(instance.settings.instance, trial=True) as work:
        sent = cast(Any, request)
        sent.max_content_length = most
        sent._get_file_stream = partial(_receive, work)
        return _restore(token=token, work=work)


def _receive(work: Path, *_said: object, **_more: object) -> IO[bytes]:
    return NamedTemporaryFile(dir=work, delete=False)


def _form(token: str, work: Path) -> Response:
    return site_form(token)


@redisplay(_form)
def _restore(token: str, work: Path) -> Response:
    instance = current_instance()
    if instance.settings.database_url:
        words = _("The accounts of this site are in PostgreSQL: use the command “wiki restore”.")
        raise BadField("archive", words)
    file, name = _chosen()
    try:
        prepare(instance, _opened(file, work), name, work)
    except RowsNewer as error:
        words = _(
            "This backup was made by a newer version of the software. Install that version here, "
            "then come back. Nothing was changed."
        )
        raise BadField("archive", words) from error
    except (AlreadyExists, BadField):
        raise
    except BadRequest as error:
        words = _("“{name}” is no backup of a site like this, or is damaged. Nothing was changed.")
        raise BadField("archive", words.format(name=name)) from error
    except StorageFailed as error:
        raise BadField("archive", error.words) from error
    except OSError as error:
        words = _("The disk did not take it: {why}. Nothing was changed.")
        raise BadField("archive", words.format(why=error.strerror or error)) from error
    return coming_in(token)


def _chosen() -> tuple[Path, str]:
    """The file that was sent, else the one that was pointed at, and its name. Raises BadField."""
    sent = request.files.get("archive_file")
    if sent is not None and sent.filename:
        sent.stream.flush()
        return Path(cast(str, sent.stream.name)), sent.filename[-200:]
    name = typed_values("archive")["archive"]
    for one in find_archives(current_instance()):
        if one.path.name == name:
            return one.path, name
    raise BadField("archive", _("Choose one of the backups, or a file."))


def _opened(file: Path, work: Path) -> Path:
    """``file``, or what is in it where it is encrypted. Raises BadField."""
    if not is_encrypted(file):
        return file
    if find_spec("pyrage") is None:
        words = _("This backup is encrypted, and what reads such files is not installed here.")
        raise BadField("archive_key", words)
    key, said = work / "key", typed_values("archive_key")["archive_key"].strip()[:_KEY]
    if said:
        key.touch(0o600)
        key.write_text(f"{said}\n", "utf-8", "replace")
    elif current_instance().settings.backup_key:
        key = Path(current_instance().settings.backup_key)
    else:
        words = _("This backup is encrypted: give its key, which begins with AGE-SECRET-KEY-1.")
        raise BadField("archive_key", words)
    plain = work / "plain"
    try:
        decrypt(file, plain, key)
    except BadSetting as error:
        raise BadField("archive_key", _("This is no key that a backup can be read by.")) from error
    except BadRequest as error:
        words = _("The backup is encrypted for another key than this one, or is damaged.")
        raise BadField("archive_key", words) from error
    return plain
