"""Files that come in and go on with their story at once, for tests that tell what becomes of an invoice."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.test import Client

from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.invoices.models import Invoice
from omloop.organisations.members import operator_member, system_scope
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from tests.circulation.company import ARRIVAL
from tests.circulation.reader import signed_in
from tests.paper import file


def come_in(
    place: Organisation,
    number: str = "2026-0418",
    *,
    now: datetime = ARRIVAL,
    channel: str = Channel.COMMAND_LINE,
    secret: bool = False,
    **paper: Any,
) -> UUID:
    """An invoice of Kuipers comes in and goes on as far as it goes; its id."""
    with system_scope("test", place.id) as system:
        actor = system
    taken = take_in(
        organisation_id=place.id,
        data=file(number, **paper),
        filename=f"{number}.xml".replace("/", "-"),
        channel=channel,
        actor=actor if secret else operator_member(place.id),
        confidential=secret,
        now=now,
    )
    with system_scope("test", place.id):
        return UUID(str(Invoice.objects.get(document_id=taken.document_id).id))


def post(person: Person | Client, invoice: UUID, what: str, **said: Any) -> Any:
    """Somebody presses a button on the page of an invoice."""
    client = person if isinstance(person, Client) else signed_in(person)
    return client.post(f"/invoices/{invoice}/{what}/", {"next": f"/invoices/{invoice}/", **said})
