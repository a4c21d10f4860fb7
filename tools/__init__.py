"""Commands for those who work on Omloop; no part of the product."""
