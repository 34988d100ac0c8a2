"""The disk: what lasts on it, whether it takes more, and how one reads where it does not."""
