"""How an organisation's invoices look."""

import re
from dataclasses import dataclass

ACCENT = "#1f4f7a"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Look:
    """Name, colour (`#rrggbb`) and logo (a PNG) at the head of an invoice; without a name the seller's."""

    name: str = ""
    colour: str = ACCENT
    logo: bytes | None = None

    def __post_init__(self) -> None:
        if not _COLOUR.fullmatch(self.colour):
            raise ValueError(f"{self.colour!r} is no colour such as {ACCENT}")


PLAIN = Look()
"""For invoices of others: their name, and a quiet blue."""
