"""The front matter of a page: the YAML it may hold, and the values read from it."""
