"""How the public projection is made: what is open, since when, and commits without the rest."""
