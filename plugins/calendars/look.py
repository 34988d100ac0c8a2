"""Looking at a calendar: asked whether it has changed, read in a child, kept; or what went wrong.

::

    due ─▶ asked with what it said last ─▶ 304, or the same bytes: nothing is read or written
                                        ├▶ new: read in a child ─▶ its events take the place of all
                                        └▶ wrong: its events stay for two weeks, it is asked ever
                                           more rarely, at a time that chance shifts
"""

import hashlib
import http.client
import logging
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from wiki.api.errors import WikiError
from wiki.api.imports.files import decode_text
from wiki.api.jobs import Backlog, Failed, TimedOut, call_in_child
from wiki.api.moments import shift_months
from wiki.api.plugin import Instance
from wiki.api.translation import gettext, use_language
from wiki.api.web.outside import Answer, Limits, call_outside

from . import store
from .feed import read_feed
from .models import CalendarRow, LookRow
from .occasion import parted

_log = logging.getLogger(__name__)

#: how often one is looked at, and at the least where it does not answer
PACE, RAREST = timedelta(hours=1), timedelta(days=1)
#: dates that repeat move on: it is read anew so often, whatever its server says
ANEW = timedelta(hours=20)
#: what one that does not answer had is shown for so long
STALE = timedelta(days=14)
#: what is shown: from a month back to a year and a half ahead
_BACK, _AHEAD = -1, 18
LIMITS = Limits(wait=10.0, total=60.0, most=5_000_000)
#: of a child; of one run
_SECONDS, _MEMORY, _RUN = 30.0, 768 << 20, 300.0
_ACCEPT = "text/calendar, application/ld+json;q=0.9, application/json;q=0.8, text/html;q=0.7"
_SAME, _FOUND, _GONE, _LATER = 304, 200, 410, (429, 503)


class _Wrong(Exception):
    """It was not read: why, in words, and when it wants to be asked again."""

    def __init__(self, words: str, pause: timedelta = timedelta(), *, gone: bool = False) -> None:
        super().__init__(words)
        self.words, self.pause, self.gone = words, pause, gone


def is_due(instance: Instance) -> bool:
    """Whether one is to be looked at."""
    return bool(store.list_due(instance))


def backlog(instance: Instance) -> Backlog:
    """Those that could not be read, and since when the first is so."""
    known = {one.id: one for one in store.listed(instance) if not one.blocked and one.shown}
    looks = store.looks(instance)
    since = [store.last_seen(looks[id], one) for id, one in known.items() if looks[id].failures]
    return Backlog(gettext("Calendars that cannot be read"), len(since), min(since, default=None))


def run(instance: Instance) -> int:
    """Looks at those that are due; how many it looked at."""
    store.forget_unshown(instance)
    until, count = time.monotonic() + _RUN, 0
    for id in store.list_due(instance):
        if time.monotonic() > until:
            break
        look_at(instance, id)
        count += 1
    return count


def look_at(instance: Instance, id: str) -> None:
    """Looks at one that is due; what went wrong stands in its row."""
    turn = store.take_turn(instance, id)
    if turn is None:
        return
    calendar, look = turn
    with use_language(instance.settings.lang):
        now = instance.private.now()
        try:
            values = _read(instance, calendar, look, now)
        except _Wrong as wrong:
            values = _failed(instance, calendar, look, wrong)
        except Exception:
            _log.exception("the calendar %s could not be looked at", calendar.id)
            fault = _Wrong(gettext("A fault of ours: it is in the log."))
            values = _failed(instance, calendar, look, fault)
        store.note(instance, id, looked=now, **values)


def _read(
    instance: Instance,
    calendar: CalendarRow,
    look: LookRow,
    now: datetime,
    *,
    led_here: bool = False,
) -> dict[str, Any]:
    """Reads it where it has changed; what is to be noted. Raises _Wrong.

    The web page that somebody named at first leads to the calendar that it names, once.
    """
    anew = look.read is None or now - look.read > ANEW
    answer = _asked(instance, calendar, {} if anew else _conditions(look))
    well: dict[str, Any] = {"failures": 0, "said": "", "seen": now, "due": now + shifted(PACE)}
    digest = hashlib.sha256(answer.body).hexdigest()
    if answer.status == _SAME or (digest == look.digest and not anew):
        return well
    found = _events(instance, calendar, answer)
    if found["instead"]:
        may_lead = not (led_here or calendar.shown)
        if not may_lead or not store.set_address(instance, calendar.id, found["instead"]):
            raise _Wrong(gettext("There is a web page at this address, without events."))
        there = store.find(instance, calendar.id)
        return _read(instance, there, look, now, led_here=True)
    store.keep(instance, calendar.id, found["name"], found["home"], found["events"])
    return {
        **well,
        "read": now,
        "digest": digest,
        "more": found["more"],
        "etag": answer.headers.get("etag", "")[:300],
        "modified": answer.headers.get("last-modified", "")[:100],
    }


def _conditions(look: LookRow) -> Mapping[str, str]:
    known = {"If-None-Match": look.etag, "If-Modified-Since": look.modified}
    return {name: value for name, value in known.items() if value}


def _asked(instance: Instance, calendar: CalendarRow, conditions: Mapping[str, str]) -> Answer:
    """What its server says, if that is a calendar or that nothing has changed. Raises _Wrong."""
    host = store.host_of(calendar)
    try:
        answer = call_outside(
            "GET",
            calendar.address,
            inside=instance.settings.calendar_hosts.split(),
            setting="calendar_hosts",
            headers={"Accept": _ACCEPT, **conditions},
            limits=LIMITS,
        )
    except WikiError as error:
        raise _Wrong(error.words) from error
    except (OSError, http.client.HTTPException) as error:
        raise _Wrong(gettext("{host} does not answer.").format(host=host)) from error
    if answer.status in (_FOUND, _SAME):
        return answer
    if answer.status == _GONE:
        raise _Wrong(gettext("{host} says that it is gone for good.").format(host=host), gone=True)
    if 300 <= answer.status < 400:
        words = gettext("This address leads to {other}, which is not followed: name that one.")
        raise _Wrong(words.format(other=answer.headers.get("location", "…")[:300]))
    told = answer.headers.get("retry-after", "") if answer.status in _LATER else ""
    pause = timedelta(seconds=int(told[:9])) if told.isascii() and told.isdigit() else timedelta()
    words = gettext("{host} answered with {status}.").format(host=host, status=answer.status)
    raise _Wrong(words, min(pause, RAREST))


def _events(instance: Instance, calendar: CalendarRow, answer: Answer) -> Mapping[str, Any]:
    settings = instance.settings
    today = instance.private.now().astimezone(settings.zone).date()
    kind = answer.headers.get("content-type", "")
    charset = kind.partition("charset=")[2].partition(";")[0].strip("\"' ")
    text, _guess = decode_text(answer.body, charset)
    asked = {
        "begin": shift_months(today, _BACK).isoformat(),
        "end": shift_months(today, _AHEAD).isoformat(),
        "zone": settings.zone.key,
        "url": calendar.address,
    }
    try:
        found, _parts = call_in_child(
            read_feed, asked, text.encode(), seconds=_SECONDS, memory=_MEMORY
        )
    except WikiError as error:
        raise _Wrong(error.words) from error
    except TimedOut as error:
        raise _Wrong(gettext("It takes too long to be read: it repeats too often.")) from error
    except Failed as error:
        raise _Wrong(gettext("It cannot be read: it may be damaged.")) from error
    return {**found, "events": [_placed(one) for one in found["events"]]}


def _placed(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event with its region apart, where its place ends with one."""
    if one["territory"]:
        return one
    place, territory = parted(one["place"])
    return {**one, "place": place, "territory": territory}


def _failed(
    instance: Instance, calendar: CalendarRow, look: LookRow, wrong: _Wrong
) -> dict[str, Any]:
    now = instance.private.now()
    if wrong.gone or now - store.last_seen(look, calendar) > STALE:
        store.forget_events(instance, calendar.id)
    failures = look.failures + 1
    pause = max(min(PACE * 2 ** min(failures - 1, 10), RAREST), wrong.pause)
    # What is asked next must not be answered by what was kept from before.
    return {
        "failures": failures,
        "said": wrong.words[:500],
        "due": now + shifted(RAREST if wrong.gone else pause),
        "etag": "",
        "modified": "",
        "digest": "",
    }


def shifted(pause: timedelta) -> timedelta:
    """A tenth more or less, by chance: those that fell silent together do not wake together."""
    return pause * random.uniform(0.9, 1.1)  # noqa: S311 - no secret
