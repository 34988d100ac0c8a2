"""Bazar, the forms of a YesWiki: what their fields are, what their entries become here."""
