"""How assistants are let in by who uses them, without a token pasted by hand (OAuth 2.1).

::

    assistant ──▶ metadata ──▶ register ──▶ the person's browser: authorize ──▶ yes
        └───────────── code, and what it was asked with (PKCE) ──▶ token ◀──────┘

Authlib has the protocol; what is ours is who is asked, and what is granted: a token of the wiki
like those that one makes by hand, seen and revoked among them.
"""
