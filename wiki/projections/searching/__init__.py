"""The parts of full-text search; ``wiki/projections/search.py`` is the whole."""
