"""What is worked out from git, each with the commit that it reflects."""
