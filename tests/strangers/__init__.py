"""The walk of strangers: every route, as people who may not (architecture 3.5)."""
