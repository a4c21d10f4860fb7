"""A company at work: rules, invoices that arrive, people who decide, a clock that a test sets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateRange

from omloop.absences.models import AbsenceCover
from omloop.audit.actors import OPERATOR
from omloop.circulation.deciding.gate import Outcome, decide
from omloop.circulation.deciding.naming import name_person
from omloop.circulation.models import Assignment
from omloop.circulation.routing.rates import set_rate
from omloop.circulation.scheme.rules import Conditions, NewStep, add_rule
from omloop.circulation.scheme.starting import start_circulation
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, member_scope, system_scope
from omloop.organisations.models import Group, Organisation
from omloop.organisations.services import grant, set_limit, withdraw
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.world import World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(day: str, clock: str = "12:00") -> datetime:
    """An instant in 2026 on the clock of Amsterdam: `at("04-03", "09:30")`."""
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=AMSTERDAM)


ARRIVAL = at("03-02")
THE_DAY_AFTER = at("03-03")
BEFORE = at("01-02")
AFTER_NOON = at("03-02", "13:00")


@dataclass
class Company:
    """Zwaluw, seen through the public doors of circulation."""

    world: World
    organisation: Organisation
    started: list[UUID] = field(default_factory=list)

    @contextmanager
    def system(self) -> Iterator[Member]:
        with system_scope("test", self.organisation.id) as member:
            yield member

    def group(self, name: str) -> UUID:
        with self.system():
            return UUID(str(Group.objects.get(organisation=self.organisation, name=name).id))

    def rule(self, *steps: tuple[str, Person | UUID] | NewStep, name: str = "R-07", **fields: Any) -> UUID:
        """A rule with these steps, for every invoice unless `fields` say otherwise."""
        priority = fields.pop("priority", 1)
        new = [step if isinstance(step, NewStep) else asked(*step) for step in steps]
        with self.system() as system:
            rule = add_rule(
                organisation_id=self.organisation.id,
                name=name,
                priority=priority,
                steps=new,
                conditions=Conditions(**fields),
                actor=system,
                now=at("01-02"),
            )
            return UUID(str(rule.id))

    def store(self, received_at: datetime = ARRIVAL, **fields: Any) -> UUID:
        """An invoice that has been read and not started."""
        import_date = received_at.astimezone(AMSTERDAM).date()
        confidential = bool(fields.pop("confidential", False))
        values = {
            "kind": "invoice",
            "state": "received",
            "number": "2026-0418",
            "supplier_name": "Kuipers Installatietechniek B.V.",
            "iban": "NL91ABNA0417164300",
            "currency": "EUR",
            "with_vat": Decimal("1210.00"),
            "due_on": date(2026, 4, 30),
        }
        with self.system():
            hold(self.organisation.id)
            document = Document.objects.create(
                organisation=self.organisation,
                sha256=uuid4().hex * 2,
                size=1,
                filename="invoice.xml",
                channel="upload",
                received_at=received_at,
                import_date=import_date,
                state="read",
                confidential=confidential,
            )
            invoice = Invoice.objects.create(
                organisation=self.organisation,
                document=document,
                received_at=received_at,
                import_date=import_date,
                confidential=confidential,
                **{**values, **fields},
            )
            return UUID(str(invoice.id))

    def start(self, invoice_id: UUID, now: datetime | None = None, opened_at: datetime | None = None) -> None:
        with self.system() as system:
            invoice = Invoice.objects.get(id=invoice_id)
            start_circulation(invoice, opened_at=opened_at, actor=system, now=now or invoice.received_at)

    def arrive(self, received_at: datetime = ARRIVAL, **fields: Any) -> UUID:
        """An invoice comes in and starts its journey."""
        invoice_id = self.store(received_at, **fields)
        self.start(invoice_id)
        return invoice_id

    def task(self, invoice_id: UUID) -> Assignment:
        """The one open task of an invoice."""
        with self.system():
            related = ("step", "holder", "group", "for_person", "invoice")
            found: Assignment = Assignment.objects.select_related(*related).get(
                invoice_id=invoice_id, ended_at=None
            )
            return found

    def invoice(self, invoice_id: UUID) -> Invoice:
        with self.system():
            found: Invoice = Invoice.objects.get(id=invoice_id)
            return found

    def decide(
        self,
        person: Person,
        task: Assignment | UUID,
        action: str,
        now: datetime = THE_DAY_AFTER,
        **more: Any,
    ) -> Outcome:
        """This person decides, in his own scope."""
        task_id = task.id if isinstance(task, Assignment) else self.task(task).id
        with member_scope(person, now=now) as member:
            return decide(
                assignment_id=task_id,
                action=action,
                actor=member,
                now=now,
                **more,
            )

    def name(
        self, person: Person, task: Assignment | UUID, named: Person, now: datetime = THE_DAY_AFTER
    ) -> Assignment:
        task_id = task.id if isinstance(task, Assignment) else self.task(task).id
        with member_scope(person, now=now) as member:
            return name_person(assignment_id=task_id, person_id=named.id, actor=member, now=now)

    def absent(self, person: Person, first: str, last: str | None, substitute: Person, **fields: Any) -> None:
        """He is away from the first day up to and including the last one."""
        period = DateRange(_day(first), _day(last) if last else None, "[]" if last else "[)")
        with self.system():
            hold(self.organisation.id)
            AbsenceCover.objects.create(
                organisation=self.organisation,
                absence_id=uuid4(),
                person=person,
                substitute=substitute,
                period=period,
                set_at=at("01-02"),
                **fields,
            )

    def grant(self, person: Person, group: str, now: datetime = BEFORE) -> None:
        with tenant_scope(None, [self.organisation.id]):
            grant(
                organisation_id=self.organisation.id,
                person_id=person.id,
                group=group,
                actor=OPERATOR,
                now=now,
            )

    def withdraw(self, person: Person, group: str, now: datetime = AFTER_NOON) -> None:
        with tenant_scope(None, [self.organisation.id]):
            withdraw(
                organisation_id=self.organisation.id,
                person_id=person.id,
                group=group,
                actor=OPERATOR,
                now=now,
            )

    def limit(self, person: Person, amount: str) -> None:
        with tenant_scope(None, [self.organisation.id]):
            set_limit(
                organisation_id=self.organisation.id,
                person_id=person.id,
                amount=Decimal(amount),
                actor=OPERATOR,
                now=at("01-03"),
            )

    def rate(self, amount: str, currency: str = "USD", from_on: date = date(2026, 1, 1)) -> int:
        """Marit stores an exchange rate; how many invoices go on by it."""
        with member_scope(self.world.marit, now=AFTER_NOON) as marit:
            return set_rate(
                organisation_id=self.organisation.id,
                currency=currency,
                rate=Decimal(amount),
                from_on=from_on,
                actor=marit,
                now=AFTER_NOON,
            )

    def deactivate(self, person: Person) -> None:
        Person.objects.filter(id=person.id).update(is_active=False)


def asked(action: str, who: Person | UUID, **more: bool) -> NewStep:
    """A step that asks a person, or a group: `asked("approve", anna, together=True)`."""
    person_id, group_id = (who.id, None) if isinstance(who, Person) else (None, who)
    return NewStep(action=action, person_id=person_id, group_id=group_id, **more)


def _day(text: str) -> date:
    """A day of 2026 ("03-31"), or of any year ("2099-12-31")."""
    return date.fromisoformat(text if text.count("-") > 1 else f"2026-{text}")
