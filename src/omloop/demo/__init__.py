"""The demo: a believable group of companies, its people and sixty invoices; for trying out only."""
