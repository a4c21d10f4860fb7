"""Destroying, batch by batch, so that it survives a restart (rules 2.8, 6.5).

A batch is one transaction: it notes what goes and deletes the rows. The files go after it; which of them are
left is in the notes, so a job that was killed finds them again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from omloop.intake import files
from omloop.intake.containers import emptied_by
from omloop.intake.models import Container, Document
from omloop.invoices.models import AddedAttachment
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import system_scope
from omloop.retention.going import NO_BOOKS_MONTHS, Kind, Reckoning, months_after
from omloop.retention.hanging import delete_rows, spoken_of
from omloop.retention.models import Destroyed
from omloop.retention.terms import KEPT_YEARS, Rows, kept_until
from omloop.sending.models import SalesAttachment, SalesInvoice
from omloop.tenancy.scope import write_closed

BATCH = 200
"""Things of one transaction, and files that go while the organisation is held alone."""
NAME = "delete"
"""The name under which the system acts here."""


@dataclass(frozen=True)
class Noting:
    """By which decision something goes, on what day, and when."""

    on: Reckoning
    decision_id: UUID
    now: datetime

    def day_of(self, moment: datetime) -> date:
        """The day of a moment on the organisation's calendar."""
        return moment.astimezone(self.on.midnight.tzinfo).date()

    def kept(
        self, kind: Kind, arrived_on: date, issued_on: date | None = None, years: int = KEPT_YEARS
    ) -> date:
        """Until which day it had to be there."""
        if kind in (Kind.NO_BOOKS, Kind.MAIL):
            return months_after(arrived_on, NO_BOOKS_MONTHS)
        return kept_until(arrived_on, issued_on, self.on.ends_in, years)

    def note(self, of: Any, kind: str, arrived_on: date, kept: date, **said: Any) -> Destroyed:
        """What stays of one thing: numbers, dates and hashes."""
        return Destroyed(
            organisation_id=self.on.organisation_id,
            decision_id=self.decision_id,
            kind=kind,
            document_id=of.id,
            confidential=getattr(of, "confidential", False),
            sha256=of.sha256,
            size=of.size,
            import_date=arrived_on,
            kept_until=kept,
            destroyed_at=self.now,
            **said,
        )


def destroy_batch(going: Mapping[Kind, Rows], noting: Noting) -> int:
    """Note and delete the next of what may go, of one kind; how many. The caller holds the organisation."""
    for kind, rows in going.items():
        batch = list(_next_of(kind, rows))
        if batch:
            _DESTROY[kind](kind, batch, noting)
            return len(batch)
    return 0


def remove_files(organisation_id: UUID, decision_id: UUID, *, now: datetime) -> None:
    """Remove the bytes of what has gone, but those for which another row still stands.

    So many at a time while nobody else writes in the organisation: who brings the same bytes at that moment
    waits, and then finds them gone and keeps them anew.
    """
    while True:
        with system_scope(NAME, organisation_id):
            write_closed()
            hold_alone([organisation_id])
            left = Destroyed.objects.filter(decision_id=decision_id, file_gone_at=None).order_by("id")
            rows = list(left.values_list("id", "sha256")[:BATCH])
            if not rows:
                return
            digests = {digest for _, digest in rows if digest}
            for digest in digests - spoken_of(organisation_id, digests):
                files.remove(organisation_id, digest)
            Destroyed.objects.filter(id__in=[key for key, _ in rows]).update(file_gone_at=now)


def listed(decision_id: UUID) -> dict[str, list[dict[str, object]]]:
    """The list of what was destroyed: numbers, dates and hashes, the oldest first."""
    rows = Destroyed.objects.filter(decision_id=decision_id).order_by("import_date", "document_id")
    return {"documents": [_as_said(row) for row in rows]}


def hash_of(said: Mapping[str, object]) -> str:
    """The SHA-256 of a list, as it stands in the sealed trail."""
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _next_of(kind: Kind, rows: Rows) -> Rows:
    chosen = rows.order_by("id")
    return (chosen.select_related("invoice") if kind in (Kind.PURCHASE, Kind.NO_BOOKS) else chosen)[:BATCH]


def _documents(kind: Kind, batch: Sequence[Document], noting: Noting) -> None:
    """With what people put with an invoice, and the mail or ZIP of which the last document goes."""
    place = noting.on.organisation_id
    emptied = emptied_by(place, [document.sha256 for document in batch])
    added = AddedAttachment.objects.filter(organisation_id=place, invoice__document__in=batch)
    known = {each.id: each for each in batch}
    pairs = [(each, each, Destroyed.Kind.DOCUMENT) for each in batch]
    pairs += [
        (each, known[each.invoice.document_id], Destroyed.Kind.ATTACHMENT)
        for each in added.select_related("invoice")
    ]
    Destroyed.objects.bulk_create(_of_document(kind, *pair, noting) for pair in pairs)
    Destroyed.objects.bulk_create(_of_container(kind, each, noting) for each in emptied)
    delete_rows(place, Document, list(known))
    delete_rows(place, Container, [each.id for each in emptied])


def _mails(kind: Kind, batch: Sequence[Container], noting: Noting) -> None:
    Destroyed.objects.bulk_create(_of_container(kind, each, noting) for each in batch)
    delete_rows(noting.on.organisation_id, Container, [each.id for each in batch])


def _sales(kind: Kind, batch: Sequence[SalesInvoice], noting: Noting) -> None:
    known = {each.id: each for each in batch}
    attached = SalesAttachment.objects.filter(organisation_id=noting.on.organisation_id, invoice__in=known)
    pairs = [(each, each, Destroyed.Kind.SALE) for each in batch]
    pairs += [(each, known[each.invoice_id], Destroyed.Kind.ATTACHMENT) for each in attached]
    Destroyed.objects.bulk_create(_of_sale(*pair, noting) for pair in pairs)
    delete_rows(noting.on.organisation_id, SalesInvoice, list(known))


def _of_document(kind: Kind, of: Any, document: Any, called: str, noting: Noting) -> Destroyed:
    invoice = getattr(document, "invoice", None)
    said = {"number": invoice.number, "issued_on": invoice.issued_on} if invoice else {}
    kept = noting.kept(kind, document.import_date, said.get("issued_on"), document.years)
    return noting.note(of, called, document.import_date, kept, **said)


def _of_container(kind: Kind, container: Container, noting: Noting) -> Destroyed:
    """It holds the same bytes as the documents that it brought, or none that counts."""
    arrived_on = noting.day_of(container.arrived_at)
    return noting.note(container, Destroyed.Kind.CONTAINER, arrived_on, noting.kept(kind, arrived_on))


def _of_sale(of: Any, sale: Any, called: str, noting: Noting) -> Destroyed:
    kept = noting.kept(Kind.SALE, sale.day, years=sale.years)
    made_on = noting.day_of(sale.sent_at or sale.changed_at)
    return noting.note(of, called, made_on, kept, number=sale.number, issued_on=sale.issued_on)


def _as_said(row: Destroyed) -> dict[str, object]:
    return {
        "document": str(row.document_id),
        "kind": row.kind,
        "number": row.number,
        "issued_on": row.issued_on.isoformat() if row.issued_on else "",
        "imported_on": row.import_date.isoformat(),
        "kept_until": row.kept_until.isoformat(),
        "size": row.size,
        "sha256": row.sha256,
        "destroyed_at": row.destroyed_at.isoformat(),
    }


_DESTROY: dict[str, Any] = {
    Kind.PURCHASE: _documents,
    Kind.NO_BOOKS: _documents,
    Kind.SALE: _sales,
    Kind.MAIL: _mails,
}
