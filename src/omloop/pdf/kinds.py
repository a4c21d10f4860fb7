"""What kind of file it is, by how it begins: nothing is opened."""

PDF_STARTS_WITHIN = 1024
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8")


def is_pdf(content: bytes) -> bool:
    """Whether the header of a PDF is where readers look for it."""
    return b"%PDF-" in content[:PDF_STARTS_WITHIN]


def is_image(content: bytes) -> bool:
    """Whether it begins as a PNG, JPEG, TIFF, GIF or WEBP does."""
    return content.startswith(_IMAGES) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
