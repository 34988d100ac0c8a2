"""Coming into a team and leaving it."""
