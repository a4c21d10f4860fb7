"""Plain Python: requests that leave this machine for an address that somebody typed, under guards."""
