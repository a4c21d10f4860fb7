"""The installation's signing key (Ed25519), in its data folder, readable by its owner only."""

import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


@cache
def _private_key(folder: Path) -> Ed25519PrivateKey:
    path = folder / "audit-signing-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        with os.fdopen(descriptor, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _key() -> Ed25519PrivateKey:
    return _private_key(Path(settings.DATA) / "keys")


def sign(text: bytes) -> bytes:
    """The signature (64 bytes) of the installation under this text."""
    return _key().sign(text)


def public_key() -> bytes:
    """The public half (32 bytes), kept beside each signature."""
    return _key().public_key().public_bytes_raw()


def is_signed(text: bytes, signature: bytes, key: bytes) -> bool:
    """Whether this key put this signature under this text."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except InvalidSignature:
        return False
    return True
