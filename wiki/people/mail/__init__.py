"""Mails to send, as rows."""
