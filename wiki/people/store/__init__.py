"""The private database: connection, transactions, tables, migrations."""
