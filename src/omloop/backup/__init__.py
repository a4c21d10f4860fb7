"""A backup of the whole installation, made while it runs, and its return; docs/backup.md is its manual."""
