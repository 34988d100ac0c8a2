"""Texts that wait for somebody to decide, reports, and what became of each."""
