"""The process that assistants are answered by.

::

    assistant ──POST /-/mcp──▶ application ──▶ who is it? ──┐
                                    │                       ├──▶ the wiki's API, with their token
                                    └──▶ SDK ──▶ tools ─────┘

It holds no session, no row and no right: each request stands alone, and what it may is asked of the
API each time.
"""
