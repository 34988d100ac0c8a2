"""What every site has: robots, a map of its pages, how browsers search it, and its language."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.pages.urls import page_url
from wiki.reading import Reader
from wiki.reading.lists import list_paths
from wiki.web.indexing import indexed_addresses
from wiki.web.support import current_instance, share_response

bp = Blueprint("site", __name__)
root = Blueprint("root", __name__)

#: pages that one file of the map holds
MAPPED = 10_000


@root.get("/robots.txt")
def robots() -> Response:
    """Pages and lists may be read by robots; what one does with them, or chooses, need not be."""
    url = current_instance().settings.public_url
    lists = "".join(f"Allow: {address}$\n" for address in sorted(indexed_addresses()))
    text = f"User-agent: *\nDisallow: /-/\nAllow: /-/static/\n{lists}Sitemap: {url}/sitemap.xml\n"
    share_response()
    return Response(text, mimetype="text/plain")


@root.get("/sitemap.xml")
def sitemap() -> Response:
    """The public pages; an index of several files where they are many."""
    visitor = Reader(current_instance())
    after = request.args.get("after")
    share_response()
    return Response("".join(_map(visitor, after)), mimetype="application/xml")


@root.get("/favicon.ico")
def favicon() -> Response:
    """The icon, where a browser asks for it by its old name."""
    from wiki.jinja import asset

    return redirect(asset("favicon.svg"))


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser adds the wiki's search to its own."""
    settings = current_instance().settings
    name, url = escape(settings.site_name), escape(settings.public_url)
    share_response()
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"<ShortName>{name[:16]}</ShortName><Description>{name}</Description>\n"
        f'<Url type="text/html" template="{url}/-/search?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n",
        mimetype="application/opensearchdescription+xml",
    )


def _map(visitor: Reader, after: str | None) -> Iterator[str]:
    url = visitor.instance.settings.public_url
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    paths = list_paths(visitor, after or "", MAPPED + 1)
    if after is None and len(paths) > MAPPED:
        yield '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        after = ""
        while paths:
            address = f"{url}/sitemap.xml?after={escape(page_url(after)[1:] if after else '')}"
            yield f"<sitemap><loc>{address}</loc></sitemap>\n"
            if len(paths) <= MAPPED:
                break
            after = paths[MAPPED - 1]
            paths = list_paths(visitor, after, MAPPED + 1)
        yield "</sitemapindex>\n"
        return
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for path in paths[:MAPPED]:
        yield f"<url><loc>{escape(url + page_url(path))}</loc></url>\n"
    yield "</urlset>\n"
