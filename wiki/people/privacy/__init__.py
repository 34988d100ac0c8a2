"""What is private leaves: erasure, export, expiry, and the audit trail."""
