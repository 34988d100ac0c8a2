"""The parts of the links: their tables and statements."""
