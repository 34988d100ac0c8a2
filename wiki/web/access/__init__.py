"""Who reads and writes a page, by names, groups and links, and the pages that say and set it."""
