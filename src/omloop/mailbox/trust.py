"""Whose mail is taken in without asking; what a mail says of its sender is a hint and no proof."""

import re
from collections.abc import Collection

ENTRY = re.compile(r"([a-z0-9.!#$%&'*+/=?^_`{|}~-]+)?@[a-z0-9-]+(\.[a-z0-9-]+)+")


class NoSender(ValueError):
    """This is neither an address nor a domain."""


def parse_trusted(text: str) -> list[str]:
    """One address or domain a line, as `a@example.nl` or `@example.nl`; raises NoSender with the line."""
    entries = []
    for line in filter(None, (line.strip().lower() for line in re.split(r"[\s,;]+", text))):
        entry = line if "@" in line else f"@{line}"
        if not ENTRY.fullmatch(entry):
            raise NoSender(line)
        entries.append(entry)
    return sorted(set(entries))


def is_trusted(sender: str, trusted: Collection[str]) -> bool:
    """Whether the address itself, or its whole domain, is on the list."""
    return bool(sender) and (sender in trusted or f"@{sender.rpartition('@')[2]}" in trusted)
