"""The parser of a page's text: Markdown, our syntax, and a bound on the work of each."""
