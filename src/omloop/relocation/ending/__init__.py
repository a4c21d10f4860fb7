"""Closing, reopening and deleting an organisation (rules 6.5, 6.7)."""
