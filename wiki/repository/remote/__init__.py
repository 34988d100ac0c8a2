"""Repositories elsewhere: fetched from, pushed from and to, copied and bundled."""
