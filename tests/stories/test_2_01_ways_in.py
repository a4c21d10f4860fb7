"""Rules 2.1, told for a bookkeeper: one invoice, however it comes, is one document."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.demo.papers import invoice
from omloop.demo.suppliers import SUPPLIERS
from omloop.einvoice import write
from omloop.intake.models import Delivery, Document
from omloop.invoices.models import Invoice
from omloop.mailbox import folders
from omloop.mailbox.changing import change_mailbox
from omloop.mailbox.reading import read_mailbox
from omloop.organisations.members import member_scope, system_scope
from tests.mailbox.conftest import HERE
from tests.mailbox.imap_server import PASSWORD, USER, post_office
from tests.paper_mail import mail, zipped
from tests.world import World


def paper() -> bytes:
    import random
    from datetime import date

    return write(invoice(SUPPLIERS[0], "90001001", 7, date(2026, 11, 20), random.Random(7)))


def test_an_invoice_that_comes_by_mail_by_folder_and_by_upload_is_one_invoice(
    world: World, tmp_path: Path, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    factuur = paper()
    with post_office(tmp_path) as post:
        monkeypatch.setattr(settings, "OWN_NETWORKS", HERE)
        monkeypatch.setattr(settings, "MAILBOX_CERTIFICATES", str(post.certificate))
        # Marit gives Zwaluw a mailbox, and trusts the supplier.
        with member_scope(world.marit, now=timezone.now()) as marit:
            change_mailbox(
                organisation_id=world.zwaluw.id,
                settings={
                    "is_on": True,
                    "host": "localhost",
                    "port": post.port,
                    "security": "starttls",
                    "username": USER,
                    "trusted": ["@leverancier.example"],
                },
                password=PASSWORD,
                actor=marit,
                now=timezone.now(),
            )
        # The supplier mails the invoice, with a picture of it.
        post.deliver(mail(("factuur.xml", factuur), ("factuur.pdf", b"%PDF-1.7 a picture of it")))
        read_mailbox(world.zwaluw.id, now=timezone.now())
        run_jobs()
    # It is read, and circulates; nobody made it.
    with system_scope("test", world.zwaluw.id):
        assert Invoice.objects.get().document.received_from is None
        assert Document.objects.count() == 2

    # A colleague scans the same file into the folder, in a ZIP with another.
    place = folders.add_folder(
        organisation_id=world.zwaluw.id, path=tmp_path / "scans", actor=OPERATOR, now=timezone.now()
    )
    (place / "scans.zip").write_bytes(zipped(("1.xml", factuur), ("2.pdf", b"%PDF-1.7 another")))
    os.utime(place / "scans.zip", (1_000_000_000, 1_000_000_000))
    folders.look(world.zwaluw.id, now=timezone.now())
    assert [path.name for path in (place / "done").iterdir()] == ["scans.zip"]

    # Sanne uploads the mail that she got herself.
    sanne = Client()
    sanne.force_login(world.sanne)
    forwarded = mail(("factuur.xml", factuur), sender="anna@noordgroep.example", message_id="<fwd@x>")
    answer = sanne.post(
        "/upload/",
        {"organisation": str(world.zwaluw.id), "files": [SimpleUploadedFile("mail.eml", forwarded)]},
        headers={"accept": "application/json"},
    )
    run_jobs()

    # Each part says what it is: the invoice was here already, and there is one of it.
    assert [each["outcome"] for each in answer.json()["files"]][1] == "Was er al"
    with system_scope("test", world.zwaluw.id):
        assert Invoice.objects.count() == 1
        assert Document.objects.count() == 3
        same = Delivery.objects.filter(document=Invoice.objects.get().document).order_by("id")
        assert list(same.values_list("channel", flat=True)) == ["mail", "folder", "upload"]
    page = sanne.get("/documents/incoming/").content.decode()
    for word in ("Factuur 2026-114", "scans.zip", "anna@noordgroep.example"):
        assert word in page
