"""A new site: its set-up page, before there is an administrator, and what it leads them through."""
