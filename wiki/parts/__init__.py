"""What an instance is made of: its parts told apart from others, and made."""
