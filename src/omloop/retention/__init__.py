"""How long what an organisation has is kept, and what two people decide may go (rules 2.8)."""
