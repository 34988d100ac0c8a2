"""The search index as rows of PostgreSQL, which several nodes share."""
