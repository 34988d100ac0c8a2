"""The rows of projections on PostgreSQL, part by part: see ``server.py``."""
