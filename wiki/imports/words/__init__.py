"""Words of another program as ours: our Markdown, names of fields, and the fields of a record."""
