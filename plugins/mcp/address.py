"""Where assistants ask, and where they learn how to be let in."""

from urllib.parse import urlsplit

from wiki.api.plugin import Settings, is_loopback

ADDRESS = "/-/mcp"
#: what is said of a resource that is protected (RFC 9728), of ours at its end
METADATA = "/.well-known/oauth-protected-resource"


def resource_url(settings: Settings) -> str:
    """What assistants are given: below the site, or on one's own machine at the process."""
    site = settings.public_url
    host = urlsplit(site).hostname or ""
    if not is_loopback(host):
        return f"{site}{ADDRESS}"
    named = f"[{host}]" if ":" in host else host
    return f"{urlsplit(site).scheme}://{named}:{settings.mcp_port_used}{ADDRESS}"
