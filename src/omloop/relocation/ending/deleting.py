"""Deleting what may go of a closed organisation, batch by batch: it survives a restart (rules 6.5)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.actors import Actor, system
from omloop.organisations.members import system_scope
from omloop.organisations.models import Organisation
from omloop.relocation import signed
from omloop.relocation.ending import export as ending_export
from omloop.relocation.ending.models import Ending
from omloop.relocation.ending.services import DUE, ending_scope, lock_ending, note
from omloop.retention.destroying import Noting, destroy_batch, hash_of, listed, remove_files
from omloop.retention.going import Reckoning, may_go
from omloop.tenancy import directory
from omloop.tenancy.scope import confidential_shown, write_closed

DELETER: Actor = system("delete")
State = Ending.State


def delete_documents(ending_id: UUID, organisation_id: UUID, *, now: datetime) -> None:
    """Delete what may go on this day; twice, or after a crash, it goes on with what is left."""
    remove_files(organisation_id, ending_id, now=now)
    while _delete_batch(ending_id, organisation_id, now):
        remove_files(organisation_id, ending_id, now=now)
    ending_export.remove(organisation_id, ending_id)
    _finish(ending_id, organisation_id, now)


def _delete_batch(ending_id: UUID, organisation_id: UUID, now: datetime) -> int:
    with system_scope("delete", organisation_id):
        ending = lock_ending(organisation_id, ending_id)
        if ending.state != State.RUNNING:
            return 0
        write_closed()
        on = Reckoning.of(Organisation.objects.get(id=organisation_id), now=now)
        gone = destroy_batch(may_go(on), Noting(on, ending_id, now))
        ending.done += gone
        ending.save(update_fields=["done"])
        return gone


def _finish(ending_id: UUID, organisation_id: UUID, now: datetime) -> None:
    """Done: the hash of the list stands in the sealed trail, so nobody can change the list."""
    with ending_scope(organisation_id) as organisation:
        ending = lock_ending(organisation_id, ending_id)
        if ending.state != State.RUNNING:
            return
        went = listed(ending.id)
        ending.certificate = hash_of(went)
        ending.state, ending.ended_at = State.DONE, now
        ending.save(update_fields=["certificate", "state", "ended_at"])
        directory.leave(DUE, DUE, organisation_id=organisation_id)
        said = {"documents": len(went["documents"]), "list": ending.certificate}
        note(ending, "ending.deleted", organisation, DELETER, now, said)


def signed_certificate(ending: Ending, organisation: Organisation) -> bytes:
    """The certificate of destruction, signed with this installation's key, with what was confidential."""
    with confidential_shown([organisation.id]):
        went = listed(ending.id)
    said = {
        "organisation": str(organisation.id),
        "name": organisation.name,
        "kvk": organisation.kvk,
        "ended_at": ending.ended_at.isoformat() if ending.ended_at else "",
        "export": ending.export_sha256,
        "list": ending.certificate,
        **went,
    }
    return signed.write("certificate", said)
