"""Responses that are kept: whole for visitors, in pieces by role for who is signed in."""
