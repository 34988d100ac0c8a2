"""Single sign-on by OpenID Connect: there and back, and what is done with who comes.

::

    views.py ──▶ provider.py ──▶ tokens.py ──▶ claims.py      to the provider, and what it said
        └─ proof.py     an account has the address: is it theirs?
    logout.py           ends the session at the provider too
    flow.py             what is remembered meanwhile, and pages for what did not work
"""

from wiki.web.account.oidc import logout, proof, views
from wiki.web.account.oidc.flow import bp

__all__ = ["bp", "logout", "proof", "views"]
