"""Keeping secrets encrypted under the installation's key, which is not in the database."""

import base64
from hashlib import sha256

from cryptography.fernet import Fernet
from django.conf import settings


def cipher_for(purpose: str) -> Fernet:
    """The cipher for this purpose alone: what it wrote can't be read under another one's name."""
    key = sha256(f"omloop {purpose}{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
