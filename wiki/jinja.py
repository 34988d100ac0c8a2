"""The one Jinja environment: the core's templates, each plugin's, and how values are said.

Flask does not own it: a block is rendered by the same templates in a command, where there is no
request.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
)
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from wiki.pages.urls import action_url, file_url, page_url
from wiki.resources import front_end, static_digest
from wiki.translation import (
    gettext,
    gettext_markup,
    language,
    language_tag,
    ngettext,
    text_direction,
)


class _Template(Template):
    """One whose globals are those of all others: who imports it need not compare them.

    What it sets is worked out once for each language.
    """

    def _get_default_module(self, _context: Context | None = None) -> TemplateModule:
        modules: dict[str, TemplateModule] = self.__dict__.setdefault("modules", {})
        if (made := modules.get(lang := language())) is None:
            made = modules[lang] = self.make_module()
        return made


#: what templates were compiled to, by their names and texts: also for who is forked from here
_compiled: dict[tuple[str, str], CodeType] = {}


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates in a folder; a disk that takes nothing costs time, and no page."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """See FileSystemBytecodeCache; what escapes is another than what does not."""
        kind = "markup" if environment.autoescape else "plain text"
        return super().get_bucket(environment, f"{name} as {kind}", filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """See FileSystemBytecodeCache."""
        bucket.code = _compiled.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """See FileSystemBytecodeCache."""
        self._keep(bucket)
        with suppress(OSError):
            super().dump_bytecode(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            _compiled[bucket.key, bucket.checksum] = bucket.code


def compile_templates(folders: Iterable[Path], compiled: Path) -> None:
    """Compiles the pages that there are in ``folders``, for who is forked from this process."""
    env = environment(folders, lambda: ZoneInfo("UTC"), compiled)
    for name in env.list_templates(extensions=["html"]):
        with suppress(TemplateError):  # its fault is told where it is shown
            env.get_template(name)


def environment(
    folders: Iterable[Path], zone: Callable[[], ZoneInfo], compiled: Path | None = None
) -> Environment:
    """Templates found in ``folders``, first one first; undefined names are errors.

    ``zone`` gives the site's time zone, as it is at each moment. What they are compiled to is kept
    in the folder ``compiled``, by a digest of their text: the next process answers its first pages
    in half the time.
    """
    if compiled is not None:
        with suppress(OSError):
            compiled.mkdir(parents=True, exist_ok=True)
    env = Environment(
        bytecode_cache=_Compiled(os.fspath(compiled)) if compiled else None,
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.template_class = _Template
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    # Those of Jinja fill in "%" and look for an environment first: a page has some thirty strings.
    env.globals.update(_=gettext_markup, gettext=gettext_markup)
    env.globals.update(
        page_url=page_url,
        file_url=file_url,
        action_url=action_url,
        asset=asset,
        language=language,
        language_tag=language_tag,
        text_direction=text_direction,
        icon_svg=icon_svg,
    )
    times = _Times(zone)
    env.filters.update(
        day=day,
        month=month,
        when=times.when,
        exact=times.exact,
        ago=times.ago,
        hour=times.hour,
        moment=moment,
        number=number,
        lasting=lasting,
    )
    return env


def without_escaping(env: Environment) -> Environment:
    """The templates of ``env`` for plain text, which remember what they read by themselves."""
    plain = env.overlay(autoescape=False)
    plain.globals = {**env.globals, "_": gettext, "gettext": gettext}
    return plain


def render_markup(env: Environment, template: str, values: Mapping[str, Any]) -> Markup:
    """``template`` of ``env``, which escapes, with ``values``: a piece of a page."""
    return Markup(env.get_template(template).render(values))  # noqa: S704 - a template's own output


@cache
def icon_svg(name: str) -> Markup:
    """An icon of ours, which says nothing to who cannot see it."""
    use = Markup(
        '<svg class="icon" width="16" height="16" aria-hidden="true"><use href="{}#{}"/></svg>'
    )
    return use.format(asset("icons.svg"), name)


@cache
def asset(name: str) -> str:
    """The address of a built file, with its content's hash in it so that it keeps for ever.

    ``poll/form.css`` is ``form.css`` in the folder ``static/`` of the plugin ``poll``. Raises
    FileNotFoundError where there is none, or the front end has not been built.
    """
    plugin, in_plugin, file = name.partition("/")
    if in_plugin:
        return action_url(f"static/{plugin}", file, {"v": static_digest(plugin, file)})
    try:
        return f"/-/static/{front_end()[name]}"
    except KeyError as error:
        raise FileNotFoundError(f"{name} is not built: run `make frontend`") from error


def day(value: date | datetime | str) -> str:
    """``12 septembre 2026``; text that is no date comes back as it is."""
    parsed = _date(value)
    return _long_day(parsed) if parsed else str(value)


def number(value: float) -> str:
    """A number as people write it: 12 345."""
    return str(format_decimal(value, locale=language()))


def lasting(time: timedelta) -> str:
    """A length of time in days, or hours."""
    if time.days:
        return ngettext("{count} day", "{count} days", time.days).format(count=time.days)
    hours = int(time.total_seconds() // 3600)
    return ngettext("{count} hour", "{count} hours", hours).format(count=hours)


def moment(value: date | datetime) -> str:
    """A day or moment as HTML writes it, which knows no millionths of a second."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def day_of(moment: str, zone: ZoneInfo) -> str:
    """The day of a ``moment``, as ISO 8601 has it, where the site is; no moment as it is."""
    try:
        return day(datetime.fromisoformat(moment).astimezone(zone))
    except (ValueError, OverflowError):
        return moment


def _long_day(value: date) -> str:
    # A day and nothing more: equal moments may be of different days.
    return _long(date(value.year, value.month, value.day), language())


@lru_cache(maxsize=4096)
def _long(value: date, lang: str) -> str:
    words = format_date(value, "long", locale=lang)
    # CLDR writes “1 mars”; French says the first as an ordinal.
    return f"1er{words[1:]}" if lang == "fr" and value.day == 1 else words


def month(value: date | datetime | str) -> str:
    """``septembre 2026``."""
    parsed = _date(value)
    return format_date(parsed, "MMMM y", locale=language()) if parsed else str(value)


def _date(value: date | datetime | str) -> date | None:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _hour(value: datetime, zone: ZoneInfo, lang: str) -> str:
    return format_time(value.astimezone(zone), "short", locale=lang)


@lru_cache(maxsize=4096)
def _in_full(value: datetime, zone: ZoneInfo, lang: str) -> str:
    return format_datetime(value.astimezone(zone), "full", locale=lang)


class _Times:
    """Moments said in the site's time zone."""

    def __init__(self, zone: Callable[[], ZoneInfo]) -> None:
        self._ask_zone = zone

    @property
    def _zone(self) -> ZoneInfo:
        return self._ask_zone()

    def when(self, value: datetime) -> str:
        """``aujourd’hui à 14:02``, ``hier à 9:30``, ``12 septembre 2026``."""
        local = value.astimezone(self._zone)
        days = (datetime.now(self._zone).date() - local.date()).days
        if days == 0:
            return gettext("today at {time}").format(time=self.hour(value))
        if days == 1:
            return gettext("yesterday at {time}").format(time=self.hour(value))
        return _long_day(local.date())

    def hour(self, value: datetime) -> str:
        """``14:02``."""
        return _hour(value, self._zone, language())

    def exact(self, value: datetime) -> str:
        """The moment in full, for who hovers over it."""
        return _in_full(value, self._zone, language())

    def ago(self, value: datetime | date) -> str:
        """``il y a 3 jours``, ``dans 2 semaines``."""
        now = datetime.now(self._zone)
        delta = value - now if isinstance(value, datetime) else value - now.date()
        if abs(delta) < timedelta(days=1) and not isinstance(value, datetime):
            return gettext("today")
        return format_timedelta(delta, add_direction=True, locale=language())
