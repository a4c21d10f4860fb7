"""How a person looks on a page: initials on a colour of his own."""

from uuid import UUID
from zlib import crc32

HUES = 6


def initials(name: str) -> str:
    """First letter of the first name and of the surname: Annemieke van den Bosch-Wolterbeek is AB."""
    parts = name.split()
    if not parts:
        return "?"
    surname = next((part for part in reversed(parts[1:]) if part[0].isupper()), "")
    return (parts[0][0] + surname[:1]).upper()


def hue(key: UUID | str) -> int:
    """A colour number, 1 to 6, that stays the same for the same key on every machine."""
    if isinstance(key, UUID):
        return key.int % HUES + 1
    return crc32(key.encode()) % HUES + 1
