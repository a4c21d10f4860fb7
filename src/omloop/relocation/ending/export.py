"""The organisation's own export, which comes before deleting: every file, and two lists (rules 6.5)."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet

from omloop.circulation.models import Decision
from omloop.intake import files
from omloop.intake.models import Document
from omloop.invoices.models import AddedAttachment
from omloop.organisations.members import Member, system_scope
from omloop.organisations.rights import Right
from omloop.relocation.ending.models import Ending
from omloop.relocation.ending.services import lock_ending
from omloop.reports.parcel import File, pack, suffix_of
from omloop.sending.models import SalesAttachment, SalesInvoice
from omloop.tenancy.scope import confidential_shown
from omloop.web.spreadsheets import as_csv

DOCUMENTS = (
    "document", "file", "received_at", "import_date", "sha256", "number", "supplier", "issued_on", "due_on",
    "currency", "payable", "state",
)  # fmt: skip
SALES = (
    "id", "sha256", "kind", "state", "number", "customer_name", "issued_on", "due_on", "currency", "payable",
    "sent_at",
)  # fmt: skip
DECISIONS = (
    "invoice",
    "action",
    "person",
    "for_person",
    "remark",
    "decided_at",
    "withdrawn_at",
    "withdrawal",
)


def path_of(organisation_id: UUID, ending_id: UUID) -> Path:
    """Where the export of this request lies."""
    return Path(settings.DATA) / "exports" / str(organisation_id) / f"{ending_id}.zip"


def make_export(ending_id: UUID, organisation_id: UUID) -> None:
    """Write everything that the organisation has into one file, durably, and note its SHA-256.

    Twice does no harm. Nothing can change meanwhile: the organisation is closed. Raises FileDamaged.
    """
    place = path_of(organisation_id, ending_id)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = _write(place, organisation_id)
    with system_scope("export", organisation_id):
        ending = lock_ending(organisation_id, ending_id)
        if ending.state != Ending.State.ASKED:
            place.unlink(missing_ok=True)
            return
        ending.export_sha256, ending.export_size = digest, size
        ending.save(update_fields=["export_sha256", "export_size"])


def may_download(organisation_id: UUID, member: Member) -> bool:
    """Whether he may have all of it: who sees every document there, also each confidential one."""
    wanted = [Right.VIEW_ALL, Right.EXPORT]
    with confidential_shown([organisation_id]):
        secret = Document.objects.filter(organisation_id=organisation_id, confidential=True)
        wanted += [Right.VIEW_CONFIDENTIAL] if secret.exists() else []
    sees_all = organisation_id not in member.sees_until
    return sees_all and all(member.can(right, organisation_id) for right in wanted)


def remove(organisation_id: UUID, ending_id: UUID) -> None:
    """Remove the export: it would be a copy of what is gone. Twice does no harm."""
    path_of(organisation_id, ending_id).unlink(missing_ok=True)


def _write(place: Path, organisation_id: UUID) -> tuple[str, int]:
    unfinished, found, size = place.with_suffix(".part"), sha256(), 0
    descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        for block in pack(_contents(organisation_id)):
            found.update(block)
            size += target.write(block)
        target.flush()
        os.fsync(target.fileno())
    unfinished.rename(place)
    return found.hexdigest(), size


def _contents(organisation_id: UUID) -> Iterator[File]:
    with system_scope("export", organisation_id):
        documents = list(_documents(organisation_id))
        decisions = list(_decisions(organisation_id))
        added = AddedAttachment.objects.filter(organisation_id=organisation_id).order_by("id")
        with_invoices = list(added.values_list("invoice__document_id", "filename", "sha256"))
        sales = list(_sales(organisation_id))
        sold_with = SalesAttachment.objects.filter(organisation_id=organisation_id).order_by("id")
        with_sales = list(sold_with.values_list("invoice_id", "filename", "sha256"))
    yield "documents.csv", as_csv(DOCUMENTS, documents)
    yield "sales_invoices.csv", as_csv(SALES, sales)
    yield "decisions.csv", as_csv(DECISIONS, decisions)
    names = {row[4]: row[1] for row in documents}
    for digest, name in names.items():
        yield f"files/{digest}.{suffix_of(name)}", files.read(organisation_id, digest)
    for row in sales:
        if row[1]:
            yield f"sales_invoices/{row[1]}.xml", files.read(organisation_id, row[1])
    for owner, filename, digest in (*with_invoices, *with_sales):
        yield f"attachments/{owner}/{digest}.{suffix_of(filename)}", files.read(organisation_id, digest)


def _sales(organisation_id: UUID) -> "QuerySet[Any, tuple[Any, ...]]":
    rows = SalesInvoice.objects.filter(organisation_id=organisation_id).order_by("changed_at", "id")
    return rows.values_list(*SALES)


def _documents(organisation_id: UUID) -> "QuerySet[Any, tuple[Any, ...]]":
    rows = Document.objects.filter(organisation_id=organisation_id).order_by("received_at", "id")
    return rows.values_list(
        "id", "filename", "received_at", "import_date", "sha256", "invoice__number", "invoice__supplier_name",
        "invoice__issued_on", "invoice__due_on", "invoice__currency", "invoice__payable", "invoice__state",
    )  # fmt: skip


def _decisions(organisation_id: UUID) -> "QuerySet[Any, tuple[Any, ...]]":
    rows = Decision.objects.filter(organisation_id=organisation_id).order_by("decided_at", "id")
    number = F("invoice__number")
    return rows.values_list(
        number, "action", "person__name", "for_person__name", "remark", "decided_at", "withdrawn_at",
        "withdrawal",
    )  # fmt: skip
