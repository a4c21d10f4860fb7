"""Zwaluw sells: to Vuurtoren, which receives in Omloop, and to who has a mailbox only."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from omloop.audit.actors import OPERATOR
from omloop.organisations.activation import activate, is_activated
from omloop.organisations.changing import change_organisation
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Identifier, Organisation
from omloop.organisations.receiving import switch_on
from omloop.people.models import Person
from omloop.sending.customers import add_customer
from omloop.sending.drafting import new_draft, save_draft
from omloop.sending.drafts import Draft, DraftLine
from omloop.sending.finishing import send_draft
from omloop.sending.models import Customer, Kind, SalesInvoice
from omloop.sending.seller import change_settings
from tests.world import World

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
IBAN = "NL02ABNA0123456789"
WORK = DraftLine(name="Onderhoud", quantity="2", unit="HUR", price="50,00", vat="S21")
BUNS = DraftLine(name="Broodjes", quantity="10", price="1,50", vat="S9")


def open_shop(world: World) -> None:
    """Zwaluw's address, account and VAT number stand on what it sends."""
    with system_scope("test", world.zwaluw.id) as system:
        by = {"organisation_id": world.zwaluw.id, "actor": system, "now": NOW}
        change_organisation(
            settings={"street": "Ambachtsweg 8", "postal_code": "1627 LM", "city": "Hoorn"}, **by
        )
        change_settings(
            settings={"vat_number": "NL000099998B57", "iban": IBAN, "email": "admin@zwaluw.example"}, **by
        )


def let_receive(organisation: Organisation) -> None:
    """Activate it and switch receiving on for its KvK number."""
    with system_scope("test", organisation.id) as system:
        if not is_activated(organisation.id):
            activate(organisation_id=organisation.id, actor=OPERATOR, now=NOW)
        kvk = Identifier.objects.get(organisation=organisation, scheme=Identifier.Scheme.KVK)
        switch_on(organisation_id=organisation.id, identifier_ids=[kvk.id], actor=system, now=NOW)


def know(organisation: Organisation, name: str = "Vuurtoren Horeca B.V.", **known: Any) -> Customer:
    """A customer in the address book."""
    usual = {"street": "Boulevard 4", "postal_code": "1931 CV", "city": "Egmond", "reference": "inkoop"}
    with system_scope("test", organisation.id) as system:
        return add_customer(
            organisation_id=organisation.id, known={"name": name, **usual, **known}, actor=system, now=NOW
        )


def write_draft(
    person: Person, customer: Customer, *lines: DraftLine, kind: str = Kind.INVOICE, **said: str
) -> UUID:
    """A draft for this customer, dated today."""
    draft = Draft(issued_on="2026-11-26", lines=lines or (WORK, BUNS), **said)
    with member_scope(person, now=NOW) as member:
        made = new_draft(
            organisation_id=customer.organisation_id, draft=draft, kind=kind, actor=member, now=NOW
        )
        return save_draft(made.id, draft=draft, customer=customer, actor=member, now=NOW).id


def send(person: Person, invoice_id: UUID) -> SalesInvoice:
    """Number and send it, in a transaction of its own."""
    with member_scope(person, now=NOW) as member:
        return send_draft(invoice_id, actor=member, now=NOW)


def as_it_is(organisation: Organisation, invoice_id: UUID) -> SalesInvoice:
    """The row as it is now."""
    with system_scope("test", organisation.id):
        found: SalesInvoice = SalesInvoice.objects.get(id=invoice_id)
        return found
