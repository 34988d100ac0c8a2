"""The rows of ``changes``: written commit by commit, read as an audience may know them."""
