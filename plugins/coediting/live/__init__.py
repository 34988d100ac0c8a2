"""The live process: rooms, connections, and what goes between them."""
