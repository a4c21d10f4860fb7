"""Splitting an environment by rights, or preparing a move (rules 6.1)."""
