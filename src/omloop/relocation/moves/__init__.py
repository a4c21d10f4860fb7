"""Moving organisations to another environment of this installation (rules 6.2, 6.3, 6.6)."""
