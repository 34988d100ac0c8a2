"""What a page is: pure functions of its text; no git, no SQL, no HTTP, no clock."""
