"""Our results beside the official ones: `python -m tools.conformity`."""
