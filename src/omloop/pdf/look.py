"""How an organisation's invoices look."""

import re
from dataclasses import dataclass

ACCENT = "#1f4f7a"
CONTRAST = 4.5
"""At least, of small text on white (WCAG 2.2, 1.4.3)."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """Whether it is written as `#rrggbb`."""
    return bool(_COLOUR.fullmatch(text))


@dataclass(frozen=True, slots=True)
class Look:
    """Name, colour (`#rrggbb`) and logo (a PNG) at the head of an invoice; without a name the seller's."""

    name: str = ""
    colour: str = ACCENT
    logo: bytes | None = None

    def __post_init__(self) -> None:
        if not is_colour(self.colour):
            raise ValueError(f"{self.colour!r} is no colour such as {ACCENT}")


PLAIN = Look()
"""For invoices of others: their name, and a quiet blue."""


def readable(colour: str) -> str:
    """The colour itself, or as much darker as it takes for small text in it to be read on white."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for share in range(100, -1, -1):
        darker = [part * share // 100 for part in parts]
        if contrast_on_white(darker) >= CONTRAST:
            break
    return "#" + "".join(f"{part:02x}" for part in darker)


def contrast_on_white(parts: list[int]) -> float:
    """The contrast ratio of WCAG 2.2 of red, green and blue (0 to 255) with white: 1 to 21."""
    red, green, blue = (_linear(part / 255) for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
