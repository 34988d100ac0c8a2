"""HTTP: the only folder of the core that speaks Flask."""
