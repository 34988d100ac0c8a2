"""What happened to pages: stories, differences and recent changes."""
