"""What needs ask people to be able to do, and how sure that is."""
