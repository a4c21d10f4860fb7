"""What Zwaluw sends in the demo: two customers, one of whom receives in Omloop, and a few invoices."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from omloop.demo.cast import COMPANIES, VUURTOREN_HOLDING, ZWALUW
from omloop.organisations.members import Member, member_scope, system_scope
from omloop.organisations.models import Identifier, Organisation
from omloop.organisations.receiving import switch_on
from omloop.papers.looks import set_look
from omloop.pdf import guarded
from omloop.pdf.look import Look
from omloop.people.mailing import Delivery
from omloop.people.models import Person
from omloop.sending.customers import add_customer
from omloop.sending.delivering import deliver
from omloop.sending.drafting import new_draft, save_draft
from omloop.sending.drafts import Draft, DraftLine
from omloop.sending.finishing import send_draft
from omloop.sending.models import Customer, SalesInvoice
from omloop.sending.seller import change_settings

SETTINGS = {
    "vat_number": next(company.vat for company in COMPANIES if company.kvk == ZWALUW),
    "iban": "NL98OMLO0000799919",
    "contact_name": "Administratie",
    "email": "administratie@zwaluw.example",
    "telephone": "0229 123 456",
    "due_days": 14,
}
LOGO = Path(__file__).parent / "zwaluw.svg"
HOTEL = {
    "name": "Hotel De Kaap B.V.",
    "street": "Strandweg 12",
    "postal_code": "1931 AB",
    "city": "Egmond aan Zee",
    "kvk": "87990011",
    "email": "facturen@hoteldekaap.example",
    "reference": "Technische dienst",
}
SERVICE = DraftLine(name="Onderhoud koelinstallatie", quantity="6", unit="HUR", price="78,50")
FILTER = DraftLine(name="Luchtfilter F7", quantity="12", price="23,40")
CALL_OUT = DraftLine(name="Voorrijkosten", quantity="1", price="45,00")


def ensure_sales(places: dict[str, UUID], sender: Person, today: date) -> None:
    """Customers, two sent invoices and a draft, delivered at once; nothing when they are there."""
    zwaluw, holding = places[ZWALUW], places[VUURTOREN_HOLDING]
    with system_scope("demo", zwaluw):
        if Customer.objects.exists():
            return
        zone = Organisation.objects.get(id=zwaluw).zone
    now = datetime.combine(today, time(9), zone)
    _let_receive(holding, now)
    look = Look(colour="#0b7a6b", logo=guarded.logo(LOGO.read_bytes()))
    with system_scope("demo", zwaluw) as system:
        change_settings(organisation_id=zwaluw, settings=SETTINGS, actor=system, now=now)
        set_look(organisation_id=zwaluw, look=look, actor=system, now=now)
    sent: list[SalesInvoice] = []
    with member_scope(sender, now=now) as member:
        hotel = add_customer(organisation_id=zwaluw, known=HOTEL, actor=member, now=now)
        add_customer(organisation_id=zwaluw, known=_of(VUURTOREN_HOLDING), actor=member, now=now)
        for days, lines in ((23, (SERVICE, CALL_OUT)), (9, (FILTER,))):
            at = now - timedelta(days=days)
            sent.append(send_draft(_draft(hotel, lines, member, at), actor=member, now=at))
        _draft(hotel, (SERVICE, FILTER), member, now)
    for invoice in sent:
        _deliver(invoice)


def _deliver(invoice: SalesInvoice) -> None:
    """At its own time: the job that waits for it finds it delivered."""
    row = ProcrastinateJob.objects.get(task_name="sending.deliver", args__invoice_id=str(invoice.id))
    job = Job(id=row.id, queue=row.queue_name, lock=None, queueing_lock=None, task_name=row.task_name)
    assert invoice.sent_at  # noqa: S101 - it was sent a moment ago
    at = invoice.sent_at + timedelta(minutes=1)
    deliver(invoice.id, invoice.organisation_id, delivery=Delivery(job), now=at)


def _of(kvk: str) -> dict[str, Any]:
    company = next(company for company in COMPANIES if company.kvk == kvk)
    known = {name: getattr(company, name) for name in ("name", "street", "postal_code", "city", "kvk")}
    return {**known, "vat_number": company.vat, "reference": "Inkoop"}


def _let_receive(organisation_id: UUID, now: datetime) -> None:
    with system_scope("demo", organisation_id) as system:
        kvk = Identifier.objects.get(organisation_id=organisation_id, scheme=Identifier.Scheme.KVK)
        switch_on(organisation_id=organisation_id, identifier_ids=[kvk.id], actor=system, now=now)


def _draft(customer: Customer, lines: tuple[DraftLine, ...], member: Member, at: datetime) -> UUID:
    draft = Draft(issued_on=at.date().isoformat(), lines=lines)
    by: dict[str, Any] = {"actor": member, "now": at}
    made = new_draft(organisation_id=customer.organisation_id, draft=draft, **by)
    return save_draft(made.id, draft=draft, customer=customer, **by).id
