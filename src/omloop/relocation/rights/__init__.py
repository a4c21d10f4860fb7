"""Who may do what where, shown and changed as one matrix."""
