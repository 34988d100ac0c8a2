"""Documents of others read into Markdown, in child processes with limits."""
