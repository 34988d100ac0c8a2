"""Measurements, each against a reference of the same run: ``python -m bench``."""
