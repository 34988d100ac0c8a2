"""Texts joined by paragraph and word: pure functions of texts, but for git's own merge by line."""
