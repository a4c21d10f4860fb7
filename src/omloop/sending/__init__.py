"""Sales invoices: customers, numbers, drafts, and the way that each takes to its customer (rules 2.7)."""
