"""From a page to HTML that is safe to show."""
