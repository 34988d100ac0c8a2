"""Processes beside the server: kept running, spoken to, ended in time."""
