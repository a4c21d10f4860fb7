"""Deleting what is past its term, batch by batch, so that it survives a restart (rules 2.8, 6.5).

A batch is one transaction: it notes what goes and deletes the rows. The files go after it; which of them are
left is in the notes, so a job that was killed finds them again.
"""

import json
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection, models

from omloop.audit.actors import Actor, system
from omloop.intake import files
from omloop.intake.containers import emptied_by
from omloop.intake.models import Container, Document, LateArrival
from omloop.invoices.models import AddedAttachment
from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.organisations.models import Organisation
from omloop.papers.models import PdfLook
from omloop.relocation import signed
from omloop.relocation.ending import export as ending_export
from omloop.relocation.ending.models import Destroyed, Ending
from omloop.relocation.ending.retention import kept_through, past_term
from omloop.relocation.ending.services import DUE, ending_scope, lock_ending, note
from omloop.relocation.tables import tables
from omloop.sending.queries import holds_bytes
from omloop.tenancy import directory
from omloop.tenancy.scope import write_closed
from omloop.tenancy.walls import hangs_on

BATCH = 200
"""Documents of one transaction."""
DELETER: Actor = system("delete")
State = Ending.State


def delete_documents(ending_id: UUID, organisation_id: UUID, *, now: datetime) -> None:
    """Delete what is past its term on this day; twice, or after a crash, it goes on with what is left."""
    _remove_files(organisation_id, ending_id, now)
    while _delete_batch(ending_id, organisation_id, now):
        _remove_files(organisation_id, ending_id, now)
    ending_export.remove(organisation_id, ending_id)
    _finish(ending_id, organisation_id, now)


def _delete_batch(ending_id: UUID, organisation_id: UUID, now: datetime) -> int:
    with system_scope("delete", organisation_id):
        ending = lock_ending(organisation_id, ending_id)
        if ending.state != State.RUNNING:
            return 0
        write_closed()
        going = past_term(organisation_id, _today(organisation_id, now)).select_related("invoice")
        documents = list(going.order_by("id")[:BATCH])
        emptied = emptied_by(organisation_id, [document.sha256 for document in documents])
        Destroyed.objects.bulk_create(_noted(document, ending, now) for document in documents)
        Destroyed.objects.bulk_create(_noted_container(each, ending, now) for each in emptied)
        added = AddedAttachment.objects.filter(
            organisation_id=organisation_id, invoice__document__in=documents
        ).select_related("invoice__document")
        Destroyed.objects.bulk_create([_noted_added(each, ending, now) for each in added])
        _delete_rows(organisation_id, Document, [document.id for document in documents])
        _delete_rows(organisation_id, Container, [each.id for each in emptied])
        ending.done += len(documents)
        ending.save(update_fields=["done"])
        return len(documents)


def _noted(document: Document, ending: Ending, now: datetime) -> Destroyed:
    invoice = getattr(document, "invoice", None)
    issued_on = invoice.issued_on if invoice else None
    return Destroyed(
        organisation_id=document.organisation_id,
        ending=ending,
        document_id=document.id,
        sha256=document.sha256,
        size=document.size,
        number=invoice.number if invoice else "",
        issued_on=issued_on,
        import_date=document.import_date,
        kept_through=kept_through(document.import_date, issued_on),
        destroyed_at=now,
    )


def _noted_container(container: Container, ending: Ending, now: datetime) -> Destroyed:
    """A mail or ZIP goes with the last of its documents: it holds the same bytes."""
    organisation_id = container.organisation_id
    arrived_on = _today(organisation_id, container.arrived_at)
    return Destroyed(
        organisation_id=organisation_id,
        ending=ending,
        document_id=container.id,
        sha256=container.sha256,
        size=container.size,
        import_date=arrived_on,
        kept_through=kept_through(arrived_on, None),
        destroyed_at=now,
    )


def _noted_added(added: AddedAttachment, ending: Ending, now: datetime) -> Destroyed:
    """What people put with an invoice goes with it."""
    invoice = added.invoice
    return Destroyed(
        organisation_id=added.organisation_id,
        ending=ending,
        document_id=added.id,
        sha256=added.sha256,
        size=added.size,
        number=invoice.number,
        issued_on=invoice.issued_on,
        import_date=invoice.import_date,
        kept_through=kept_through(invoice.import_date, invoice.issued_on),
        destroyed_at=now,
    )


def _delete_rows(organisation_id: UUID, root: type[models.Model], keys: list[UUID]) -> None:
    """Everything that hangs on these documents or containers, children first; the models say what hangs on
    what."""
    with connection.cursor() as cursor:
        for table in reversed(tables()):
            if condition := _hanging_on(root, table.model):
                name = connection.ops.quote_name(table.name)
                cursor.execute(
                    f"DELETE FROM {name} WHERE organisation_id = %s AND {condition}",  # noqa: S608
                    [organisation_id, keys],
                )


def _hanging_on(root: type[models.Model], model: type[models.Model]) -> str:
    """SQL for the rows of these roots, along the keys by which they are confidential; else empty."""
    if model is root:
        return "id = ANY (%s)"
    followed = hangs_on(model)
    if followed is None:
        return ""
    column, other = followed
    inner = _hanging_on(root, other)
    if not inner:
        return ""
    table = connection.ops.quote_name(other._meta.db_table)
    return f"{column} IN (SELECT id FROM {table} WHERE {inner})"  # noqa: S608


def _remove_files(organisation_id: UUID, ending_id: UUID, now: datetime) -> None:
    """The bytes of what has gone, but those that came late once more, that were sent, or stand with what
    stays."""
    with system_scope("delete", organisation_id):
        left = Destroyed.objects.filter(ending_id=ending_id, file_gone_at=None)
        digests = list(left.values_list("sha256", flat=True))
        kept = holds_bytes(organisation_id, digests) | {
            digest
            for model in (LateArrival, Document, AddedAttachment, PdfLook)
            for digest in model.objects.filter(
                organisation_id=organisation_id, sha256__in=digests
            ).values_list("sha256", flat=True)
        }
    for digest in digests:
        if digest not in kept:
            files.remove(organisation_id, digest)
    with system_scope("delete", organisation_id):
        hold(organisation_id)
        Destroyed.objects.filter(ending_id=ending_id, sha256__in=digests).update(file_gone_at=now)


def _finish(ending_id: UUID, organisation_id: UUID, now: datetime) -> None:
    """Done: the hash of the list stands in the sealed trail, so nobody can change the list."""
    with ending_scope(organisation_id) as organisation:
        ending = lock_ending(organisation_id, ending_id)
        if ending.state != State.RUNNING:
            return
        listed = certificate_of(ending)
        ending.certificate = sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
        ending.state, ending.ended_at = State.DONE, now
        ending.save(update_fields=["certificate", "state", "ended_at"])
        directory.leave(DUE, DUE, organisation_id=organisation_id)
        said = {"documents": len(listed["documents"]), "list": ending.certificate}
        note(ending, "ending.deleted", organisation, DELETER, now, said)


def certificate_of(ending: Ending) -> dict[str, list[dict[str, object]]]:
    """The list of what was destroyed: numbers, dates and hashes, the oldest first."""
    rows = Destroyed.objects.filter(ending=ending).order_by("import_date", "document_id")
    return {"documents": [_as_said(row) for row in rows]}


def signed_certificate(ending: Ending, organisation: Organisation) -> bytes:
    """The certificate of destruction, signed with this installation's key."""
    said = {
        "organisation": str(organisation.id),
        "name": organisation.name,
        "kvk": organisation.kvk,
        "ended_at": ending.ended_at.isoformat() if ending.ended_at else "",
        "export": ending.export_sha256,
        "list": ending.certificate,
        **certificate_of(ending),
    }
    return signed.write("certificate", said)


def _as_said(row: Destroyed) -> dict[str, object]:
    return {
        "document": str(row.document_id),
        "number": row.number,
        "issued_on": row.issued_on.isoformat() if row.issued_on else "",
        "imported_on": row.import_date.isoformat(),
        "kept_through": row.kept_through,
        "size": row.size,
        "sha256": row.sha256,
        "destroyed_at": row.destroyed_at.isoformat(),
    }


def _today(organisation_id: UUID, now: datetime) -> date:
    return now.astimezone(Organisation.objects.get(id=organisation_id).zone).date()
