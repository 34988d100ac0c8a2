"""Signing up and in, one's account and data, invitations, following."""
