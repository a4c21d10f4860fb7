"""Keys of rows: UUID version 7, which sort by the moment they were made."""

from uuid import UUID

import uuid6


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562) as a plain `uuid.UUID`, so that drivers and pickles see the standard type."""
    return UUID(int=uuid6.uuid7().int)
