"""What reads requests before a view does: hosts, cookies, bodies, routes, built files."""
