"""Moving an organisation from one installation to another (rules 6.4)."""
