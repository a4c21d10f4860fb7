"""Mails and ZIP files for tests, as suppliers send them."""

import io
import zipfile
from email.message import EmailMessage

PDF = b"%PDF-1.7\n%test\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def mail(
    *attachments: tuple[str, bytes],
    sender: str = "Verkoop <facturen@leverancier.example>",
    to: str = "facturen@noordgroep.example",
    subject: str = "Factuur 2026-114",
    message_id: str = "<114@leverancier.example>",
    **headings: str,
) -> bytes:
    """A mail with these files attached; headings by their name with underscores."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"], message["Date"] = message_id, "Wed, 25 Nov 2026 10:00:00 +0100"
    for name, value in headings.items():
        message[name.replace("_", "-")] = value
    message.set_content("Beste klant,\n\nBijgaand onze factuur.\n")
    for name, data in attachments:
        kind = name.rpartition(".")[2]
        if kind == "eml":
            from email import message_from_bytes, policy

            message.add_attachment(message_from_bytes(data, policy=policy.default))
        else:
            message.add_attachment(data, maintype="application", subtype=kind, filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def zipped(*files: tuple[str, bytes]) -> bytes:
    """A ZIP with these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return made.getvalue()
