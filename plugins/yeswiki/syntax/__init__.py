"""Texts of a YesWiki as our Markdown: what its formatter shows, in the words of this wiki."""
