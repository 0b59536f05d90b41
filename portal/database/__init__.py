"""What the portal asks of a database beyond Django: compiled queries, encrypted columns, tables that only grow."""
