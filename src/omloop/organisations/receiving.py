"""Numbers of an organisation, and switching on that documents are received on them (rules 1.7)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.organisations.activation import is_activated, note_waiting, record_number
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import STILL, Identifier, Organisation, Receiving, ReceivingAnswer
from omloop.organisations.numbers import compact
from omloop.organisations.refusals import NotConfirmed, NumberThere
from omloop.organisations.rights import Right
from omloop.tenancy import directory
from omloop.tenancy.history import HistoryQuerySet, since

RECEIVES = "receives"
"""The directory's kind by which an address (`0106:90001001`) leads to who receives on it."""
LATER = "receiving_later"
"""In a session: the organisations about which to ask again at the next sign-in."""


def add_identifier(
    *, organisation_id: UUID, scheme: str, number: str, actor: Member, now: datetime
) -> Identifier:
    """Add a number, not confirmed yet; raises RightMissing, NumberImpossible and NumberThere."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    organisation = Organisation.objects.select_for_update().get(id=organisation_id)
    number = compact(scheme, number)
    if Identifier.objects.filter(organisation=organisation, scheme=scheme).exists():
        raise NumberThere(number)
    if scheme == Identifier.Scheme.KVK:
        organisation.kvk = number
        organisation.save(update_fields=["kvk"])
        directory.enter("kvk", number, organisation_id=organisation_id)
    added: Identifier = Identifier.objects.create(
        organisation=organisation, scheme=scheme, number=number, added_at=now
    )
    note_waiting(organisation_id)
    record_number("identifier.added", added, actor, now)
    return added


def remove_identifier(*, identifier_id: UUID, organisation_id: UUID, actor: Member, now: datetime) -> None:
    """Take away a number that is not confirmed: it was mistyped. Raises RightMissing and NumberThere."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    Organisation.objects.select_for_update().get(id=organisation_id)
    identifier = Identifier.objects.get(id=identifier_id, organisation_id=organisation_id)
    if identifier.confirmed_at or identifier.scheme == Identifier.Scheme.KVK:
        raise NumberThere(identifier.number)
    identifier.delete()
    note_waiting(organisation_id)
    record_number("identifier.removed", identifier, actor, now)


def switch_on(
    *, organisation_id: UUID, identifier_ids: Collection[UUID], actor: Member, now: datetime
) -> None:
    """Receive on these numbers from now on; on those where it is on already nothing changes.

    Raises RightMissing, and NotConfirmed unless the organisation is activated and each number confirmed.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    Organisation.objects.select_for_update().get(id=organisation_id)
    confirmed = Identifier.objects.filter(organisation_id=organisation_id, confirmed_at__isnull=False)
    identifiers = list(confirmed.filter(id__in=identifier_ids))
    if len(identifiers) < len(set(identifier_ids)) or not is_activated(organisation_id):
        raise NotConfirmed(str(organisation_id))
    on = set(_on(organisation_id).values_list("identifier_id", flat=True))
    for identifier in identifiers:
        if identifier.id not in on:
            Receiving.objects.create(organisation_id=organisation_id, identifier=identifier, valid=since(now))
            directory.enter(RECEIVES, identifier.address, organisation_id=organisation_id)
            record_number("receiving.switched_on", identifier, actor, now)


def switch_off(*, organisation_id: UUID, identifier_id: UUID, actor: Member, now: datetime) -> None:
    """Receive on this number no longer; raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    Organisation.objects.select_for_update().get(id=organisation_id)
    identifier = Identifier.objects.get(id=identifier_id, organisation_id=organisation_id)
    if _on(organisation_id).filter(identifier=identifier).end(now):
        directory.leave(RECEIVES, identifier.address, organisation_id=organisation_id)
        record_number("receiving.switched_off", identifier, actor, now)


def receives_on(organisation_id: UUID, address: str) -> bool:
    """Whether the organisation of this scope is activated and receives on this address now."""
    on = _on(organisation_id).select_related("identifier")
    return is_activated(organisation_id) and address in {each.identifier.address for each in on}


def note_receiving(organisation_id: UUID) -> None:
    """Let the directory lead to an organisation that arrived here from all on which it receives."""
    for each in _on(organisation_id).select_related("identifier"):
        directory.enter(RECEIVES, each.identifier.address, organisation_id=organisation_id)


def dont_ask_again(*, organisation_id: UUID, actor: Member, now: datetime) -> None:
    """Nobody is asked at sign-in any more whether the organisation shall receive; raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    _, is_new = ReceivingAnswer.objects.get_or_create(
        organisation_id=organisation_id, defaults={"answered_by_id": actor.person_id, "answered_at": now}
    )
    if is_new:
        record(
            "receiving.not_asked_again",
            actor=actor,
            chain_id=organisation_id,
            subject_id=organisation_id,
            at=now,
        )


def to_ask_about(actor: Member, later: Collection[UUID]) -> Organisation | None:
    """The next organisation about whose receiving this member is asked: he manages its settings, it is
    activated, and nobody has switched receiving on or answered yet. Those in `later` wait for his next
    sign-in."""
    places = actor.where(Right.MANAGE_SETTINGS) - frozenset(later)
    if not places:
        return None
    confirmed = Identifier.objects.filter(organisation_id__in=places, confirmed_at__isnull=False)
    found: Organisation | None = (
        Organisation.objects.filter(id__in=confirmed.values("organisation_id"))
        .exclude(id__in=Receiving.objects.filter(organisation_id__in=places).values("organisation_id"))
        .exclude(id__in=ReceivingAnswer.objects.filter(organisation_id__in=places).values("organisation_id"))
        .order_by("name", "id")
        .first()
    )
    return found


def _on(organisation_id: UUID) -> HistoryQuerySet:
    rows: HistoryQuerySet = Receiving.objects.filter(STILL, organisation_id=organisation_id)
    return rows
