"""Plain Python that every room may use: money, identifiers, keys and periods."""
