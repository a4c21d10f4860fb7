"""Taking in the archive of an organisation from another installation (rules 6.4).

Each step is committed with a note of it in the journal, so that an import that was interrupted goes on where
it stopped. Nobody sees the organisation until it is open.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from django.db import Error as DatabaseError
from django.db import connection

from omloop.audit.models import AuditSignature
from omloop.audit.verify import verify
from omloop.environments.models import Environment
from omloop.intake import files
from omloop.organisations.models import Organisation
from omloop.relocation.between.contents import Contents, Stream
from omloop.relocation.between.folder import Spoiled
from omloop.relocation.between.journal import Arrival
from omloop.relocation.between.people import (
    is_person_key,
    last_departure,
    put_in_place,
    remove_placeholders,
)
from omloop.relocation.between.removing import forget_places, leave_stub, remove_files, remove_rows
from omloop.relocation.between.streams import copy_in
from omloop.relocation.between.verifying import read_file, rows_of, streams_of, verify_archive
from omloop.relocation.manifest import Manifest, count_tables, refuse_difference
from omloop.relocation.signed import SignedText, write
from omloop.relocation.tables import Table, tables
from omloop.tenancy import directory
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import tenant_scope

Told = Callable[[str, int, int], None]


class NotWelcome(ValueError):
    """The organisation can't come here: the message says why and what to do."""


def take_in(
    place: Path, *, environment: str, fingerprint: str, address: str, now: datetime, told: Told
) -> bytes:
    """Verify an archive and write everything that it holds; the receipt for the source, a signed text.

    As the owner of the database. Nobody sees the organisation yet: `opening.open_up` follows. May be
    interrupted and run again. Raises Spoiled, NotAuthentic, UnknownSource, NewerArchive, NotWelcome,
    PersonTaken, ManifestsDiffer.
    """
    contents, text = verify_archive(place, fingerprint, told)
    arrival = _begin(contents, text, environment, now=now)
    if arrival.receipt is not None:
        return write("receipt", arrival.receipt)
    _write_files(place, contents, told)
    for number, (table, stream) in enumerate(streams_of(contents), start=1):
        if number > arrival.tables:
            _write_table(place, contents, table, stream, arrival, number)
            told("tables", number, len(contents.streams))
    _refuse_unequal(contents, text)
    return _confirm(arrival, contents, text, address, now=now)


def _begin(contents: Contents, text: SignedText, environment: str, *, now: datetime) -> Arrival:
    """Note that it comes, or find that it did; raises NotWelcome."""
    organisation_id = contents.organisation
    with tenant_scope(None, [organisation_id]):
        _lock_out_others()
        found: Arrival | None = Arrival.objects.filter(
            organisation_id=organisation_id, opened_at=None
        ).first()
        if found is not None:
            if found.archive != text.digest:
                raise NotWelcome(
                    f"Another archive of {contents.name} is being taken in: finish that, or take it back "
                    "with --cancel."
                )
            return found
        environment_id = _environment(environment)
        _make_room(contents)
        TenancyStandstill.objects.update_or_create(
            organisation_id=organisation_id, defaults={"reason": TenancyStandstill.Reason.ARRIVING}
        )
        if contents.kvk:
            directory.enter("kvk", contents.kvk, organisation_id=organisation_id)
        arrival: Arrival = Arrival.objects.create(
            organisation_id=organisation_id,
            environment_id=environment_id,
            archive=text.digest,
            source_key=text.key,
            waiting=[str(each.event_id) for each in contents.waiting],
            begun_at=now,
        )
        return arrival


def _lock_out_others() -> None:
    """Two imports at once would each find that the other is not there."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE relocation_arrival IN SHARE ROW EXCLUSIVE MODE")


def _environment(name: str) -> UUID:
    found = list(Environment.objects.filter(name=name).values_list("id", flat=True))
    if len(found) != 1:
        count = "Several environments are" if found else "No environment is"
        raise NotWelcome(f"{count} called {name!r} here: name the one where the organisation is to come.")
    return UUID(str(found[0]))


def _make_room(contents: Contents) -> None:
    """Let nothing lead to the stub of one that returns; refuse one that is here, or whose number is."""
    organisation_id = contents.organisation
    if found := Organisation.objects.filter(id=organisation_id).first():
        if not (found.moved_to and last_departure(organisation_id)):
            raise NotWelcome(f"{contents.name} is here already (id {organisation_id}).")
        forget_places(organisation_id)
    if contents.kvk and directory.organisations_of("kvk", contents.kvk):
        raise NotWelcome(f"KvK number {contents.kvk} is in use by an organisation of this installation.")


def _write_files(place: Path, contents: Contents, told: Told) -> None:
    kept = contents.counted.files
    for number, file in enumerate(kept, start=1):
        files.keep(contents.organisation, read_file(place, file))
        told("files", number, len(kept))


def _write_table(
    place: Path, contents: Contents, table: Table, stream: Stream, arrival: Arrival, number: int
) -> None:
    """One table, its people seen to be the archive's, and the note that it is in: all or nothing."""
    given = {"environment_id": arrival.environment_id}
    try:
        with tenant_scope(None, [contents.organisation]), connection.cursor() as cursor:
            if table.model is Organisation:
                put_in_place(arrival, contents)
            copy_in(table, stream, rows_of(place, contents, table, stream), given)
            _refuse_strangers(contents, table)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            Arrival.objects.filter(id=arrival.id).update(tables=number)
    except (psycopg.errors.UniqueViolation, psycopg.errors.ExclusionViolation) as error:
        raise NotWelcome(
            f"A row of {table.name} in this archive has a key that is in use: {error.diag.message_detail}"
        ) from error
    except (psycopg.Error, DatabaseError) as error:
        raise Spoiled(f"The database refuses the rows of {table.name}: {error}".strip()) from error


def _refuse_strangers(contents: Contents, table: Table) -> None:
    """Every key to a person is one of the archive's own people, so that nobody here is named by it."""
    own = [person.id for person in contents.people]
    for field in table.model._meta.concrete_fields:
        if is_person_key(field):
            named = table.model._base_manager.filter(**{table.owner: contents.organisation})
            strangers = named.exclude(**{field.attname: None}).exclude(**{f"{field.attname}__in": own})
            if strangers.exists():
                raise Spoiled(f"The rows of {table.name} name somebody who is not in this archive.")


def _refuse_unequal(contents: Contents, text: SignedText) -> None:
    """The chain is whole, its head signed by the source, and what was counted there is counted here.

    Rows of a table that had other columns then can't give the same digest: their number counts.
    """
    organisation_id, before = contents.organisation, contents.counted
    with tenant_scope(None, [organisation_id]):
        verdict = verify(organisation_id)
        by_source = AuditSignature.objects.filter(
            chain_id=organisation_id, number=before.mark.number, public_key=text.key
        ).exists()
    if verdict.fault or not by_source:
        fault = verdict.fault or "its head is not signed by the source"
        raise Spoiled(f"The audit trail in this archive is not whole: {fault}.")
    older = {
        stream.table for table, stream in streams_of(contents) if set(stream.columns) < set(table.columns)
    }
    after = Manifest(before.mark, tuple(count_tables(before.mark)), before.files)
    refuse_difference(_without(before, older), _without(after, older | _unknown_to(contents)))


def _unknown_to(contents: Contents) -> set[str]:
    return {table.name for table in tables()} - {stream.table for stream in contents.streams}


def _without(manifest: Manifest, older: set[str]) -> Manifest:
    """Where other columns make other digests, the number of rows alone."""
    held = tuple(counted for counted in manifest.tables if counted.table not in older)
    return Manifest(manifest.mark, held, manifest.files)


def _confirm(arrival: Arrival, contents: Contents, text: SignedText, address: str, *, now: datetime) -> bytes:
    mark = contents.counted.mark
    receipt = {
        "organisation": str(contents.organisation),
        "archive": text.digest,
        "number": mark.number,
        "hash": mark.hash,
        "address": address,
        "arrived_at": now.astimezone(UTC).isoformat(),
    }
    with tenant_scope(None, [contents.organisation]):
        Arrival.objects.filter(id=arrival.id).update(receipt=receipt, arrived_at=now)
    return write("receipt", receipt)


def send_back(organisation_id: UUID, *, source_stays: bool, told: Told) -> None:
    """Take back an import that is not open yet: rows, files and placeholders go; may be run again.

    With a receipt written the source may have closed: whoever knows that it has not, says so.
    Raises NotWelcome.
    """
    with tenant_scope(None, [organisation_id]):
        arrival = Arrival.objects.filter(organisation_id=organisation_id, opened_at=None).first()
    if arrival is None:
        raise NotWelcome("No import of this organisation is under way.")
    if arrival.arrived_at and not source_stays:
        raise NotWelcome(
            "This import has given its receipt, so the source may have closed and this be the only copy. Say "
            "--source-stays if you know that the source has not closed."
        )
    with tenant_scope(None, [organisation_id]):
        Arrival.objects.filter(id=arrival.id).update(tables=0, receipt=None, arrived_at=None)
    remove_rows(organisation_id, told)
    remove_files(organisation_id)
    with tenant_scope(None, [organisation_id]):
        remove_placeholders(arrival)
        forget_places(organisation_id)
        standstill = TenancyStandstill.objects.filter(organisation_id=organisation_id)
        if left := last_departure(organisation_id):
            leave_stub(organisation_id, moved_to=left.went_to)
            standstill.update(reason=TenancyStandstill.Reason.GONE)
            if kvk := (left.manifest or {}).get("kvk"):
                directory.enter("kvk", kvk, organisation_id=organisation_id)
        else:
            Organisation.objects.filter(id=organisation_id).delete()
            standstill.delete()
        Arrival.objects.filter(id=arrival.id).delete()
