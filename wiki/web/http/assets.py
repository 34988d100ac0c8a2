"""The headers that built files are served with."""

from wsgiref.headers import Headers


def add_asset_headers(headers: Headers, _path: str, _url: str) -> None:
    """The headers of a built file; it loads nothing by itself."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["Referrer-Policy"] = "same-origin"
