"""The index of full-text search: what Whoosh stores, and how it is read in bulk."""
