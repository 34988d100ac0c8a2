"""A page as one reads it, with its files and what stands around it."""
