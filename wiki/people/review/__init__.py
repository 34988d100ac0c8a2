"""Proposals, what was said of their paragraphs, and reports, as rows."""
