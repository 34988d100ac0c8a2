"""An instance, given an HTTP face: the WSGI application that each worker serves.

::

    request ──▶ AnswerCache ──▶ WhiteNoise ──▶ ReadBodies ──▶ Flask ──▶ a view ──▶ Reader / editing
                 visitors'        built          slow           │
                 answers          files          senders        └──▶ templates
"""

import os
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from wiki.instance import Instance
from wiki.resources import DIST
from wiki.telemetry.traces import check_traces
from wiki.web import admin as administration
from wiki.web import csp_reports, errors, git, new_page, site, throttle
from wiki.web.access import groups, share_links
from wiki.web.account import (
    acceptance,
    address,
    deposits,
    export,
    invitations,
    mail_follow,
    oidc,
    own,
    pen_names,
    sessions,
    tokens,
    watch,
)
from wiki.web.account import views as account
from wiki.web.account.factors import passkeys, second_factor, second_step, security, sure
from wiki.web.admin import moderation, page_access
from wiki.web.api import reference
from wiki.web.api.mounting import mount
from wiki.web.cache.pages import keep_pages
from wiki.web.cache.responses import AnswerCache
from wiki.web.device import worker
from wiki.web.edit import blocks, drafts, head_repair, metadata, move, theme_suggestions, views
from wiki.web.edit import settings as page_settings
from wiki.web.exports import account as exports
from wiki.web.exports import site as _site  # noqa: F401 - it adds its pages to administration
from wiki.web.feeds import views as feeds
from wiki.web.forms import read_fields
from wiki.web.history import recent
from wiki.web.history import views as history
from wiki.web.http.assets import add_asset_headers
from wiki.web.http.bodies import ReadBodies
from wiki.web.http.hosts import allowed_hosts
from wiki.web.http.own_saves import follow_own_saves
from wiki.web.http.rules import LazyRule
from wiki.web.imports import views as imports
from wiki.web.imports.upload import is_received
from wiki.web.link_session import hide_what_links_show
from wiki.web.operations import health
from wiki.web.operations.latency import time_requests
from wiki.web.operations.traces import trace_requests
from wiki.web.page import files, jsonld, look_files, neighbourhood, visits
from wiki.web.page import views as pages
from wiki.web.review import cards, proposals, reports
from wiki.web.search import views as search
from wiki.web.security import protect
from wiki.web.setup import backup as setup_backup
from wiki.web.setup import mail as setup_mail
from wiki.web.setup import repository as setup_repository
from wiki.web.setup import views as setup
from wiki.web.sisters import admin as _sisters  # noqa: F401 - likewise
from wiki.web.sisters import departures
from wiki.web.sisters import exchange as sister_exchange
from wiki.web.sisters import pages as sisters
from wiki.web.snapshot import AnswersAnew, pin_requests
from wiki.web.support import bind

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def create_app(instance: Instance) -> Flask:
    """The Flask application of ``instance``, with the plugins' pages under ``/-/``."""
    settings = instance.settings
    app = AnswersAnew("wiki", static_folder=None, template_folder=None)
    app.url_rule_class = LazyRule
    app.config.update(
        SECRET_KEY=instance.secret,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=None,
    )
    time_requests(app, instance.counters, proxies=settings.proxies)
    if settings.traces_to:
        check_traces()
        trace_requests(app)

    @app.before_request
    def _limit() -> None:
        request.max_content_length = _largest_body(instance)
        # A form's text fields: a page, twice over when every character is percent-encoded.
        request.max_form_memory_size = 6 * instance.settings.max_page

    follow_own_saves(app, instance)
    pin_requests(app, instance)
    bind(app, instance)
    hide_what_links_show(app)
    instance.templates.globals.update(second_factor_due=second_factor.due_day)
    keep_pages(app)
    protect(app, settings)
    errors.register(app)
    app.after_request(throttle.say_when)
    for module in (
        site,
        look_files,
        worker,
        account,
        own,
        pen_names,
        sure,
        passkeys,
        second_step,
        second_factor,
        security,
        sessions,
        address,
        export,
        oidc,
        watch,
        mail_follow,
        search,
        recent,
        feeds,
        jsonld,
        neighbourhood,
        deposits,
        blocks,
        drafts,
        views,
        new_page,
        move,
        head_repair,
        proposals,
        moderation,
        cards,
        reports,
        page_settings,
        metadata,
        theme_suggestions,
        page_access,
        invitations,
        acceptance,
        share_links,
        groups,
        setup,
        setup_backup,
        setup_mail,
        setup_repository,
        administration,
        imports,
        history,
        visits,
        files,
        sisters,
        sister_exchange,
        departures,
        health,
        csp_reports,
        tokens,
        exports,
        reference,
    ):
        app.register_blueprint(module.bp, url_prefix="/-")
    for group in instance.plugins.hook.blueprints():
        for blueprint in group:
            app.register_blueprint(blueprint, url_prefix="/-")
    for group in instance.plugins.hook.well_known():
        for blueprint in group:
            app.register_blueprint(blueprint, url_prefix="/.well-known")
    app.register_blueprint(git.bp)
    app.register_blueprint(git.large_files.bp)
    git.bound(app, instance, settings.threads)
    app.register_blueprint(site.root)
    app.register_blueprint(sister_exchange.root)
    app.register_blueprint(pages.bp)
    for endpoint, view in app.view_functions.items():
        app.view_functions[endpoint] = read_fields(view)  # type: ignore[assignment]
    mount(app, instance)
    if settings.proxies:
        # Limits are by address: without this, everybody would share the proxy's.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0
        )
    return app


def _largest_body(instance: Instance) -> int:
    """The bytes that a request may send, but one of git: a file, and what a form says beside it."""
    return instance.settings.max_upload + 1_000_000


def _is_read_later(path: str) -> bool:
    """Whether the view of ``path`` reads the body itself, once it knows who sends it."""
    return git.is_git(path) or setup_backup.is_archive(path) or is_received(path)


def _languages(instance: Instance) -> tuple[str, tuple[str, ...]]:
    settings = instance.settings
    return settings.lang, settings.offered


def create_application(instance: Instance) -> "WSGIApplication":
    """What a worker serves: the Flask application behind built files and the visitors' answers."""
    settings = instance.settings
    files_first = WhiteNoise(
        ReadBodies(
            create_app(instance).wsgi_app,
            settings.threads,
            lambda: _largest_body(instance),
            later=_is_read_later,
            proxies=settings.proxies,
            lang=settings.lang,
            offered=settings.offered,
        ),
        root=os.fspath(DIST) if DIST.is_dir() else None,
        prefix="/-/static/",
        max_age=31_536_000,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=add_asset_headers,
    )
    for name, folder in instance.plugins.subfolders("static"):
        files_first.add_files(os.fspath(folder), prefix=f"/-/static/{name}/")
    return AnswerCache(
        files_first,
        instance.cache,
        languages=lambda: _languages(instance),
        allowed=allowed_hosts(settings).__contains__,
        counters=instance.counters,
        number=lambda: instance.pulse.number,
    )
