"""A dump of MySQL or MariaDB, read as it comes: rows by the names of their tables and columns."""
