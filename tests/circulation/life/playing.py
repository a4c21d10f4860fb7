"""The company that the random lives are about: its people, its scheme, its clock, and how somebody acts."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from omloop.absences.refusals import AbsenceRefused, NotAllowed, NothingToLend
from omloop.circulation.models import Assignment
from omloop.circulation.refusals import Refusal, UnknownAssignment
from omloop.circulation.refusals.scheme import RuleIsOver
from omloop.circulation.scheme.rules import NewStep
from omloop.coding.changing import NewLine
from omloop.coding.refusals import CodingRefused
from omloop.coding.services import keep_template
from omloop.disputes.models import Dispute
from omloop.disputes.refusals import DisputeRefused
from omloop.invoices.models import Invoice
from omloop.invoices.supplier import key_of
from omloop.organisations.groups import make_group
from omloop.organisations.members import Member, RightMissing, member_scope, system_scope
from omloop.organisations.refusals import RightsRefused
from omloop.people.models import Person, SameHuman
from omloop.tenancy.history import since
from omloop.transfers.refusals import TransferRefused
from tests.circulation.company import BEFORE, Company, asked, at
from tests.circulation.life.picture import everything
from tests.coding.books import Books
from tests.conftest import Databases, lend
from tests.world import World, make_person, place

Result = TypeVar("Result")
Service = Callable[[Member, datetime], Result]
REFUSALS = (
    Refusal, RuleIsOver, AbsenceRefused, NotAllowed, NothingToLend, CodingRefused, DisputeRefused,
    RightMissing, RightsRefused, TransferRefused,
)  # fmt: skip
"""What the product says when something may not be. Any other error is a defect."""
PEOPLE = ["anna", "bram", "sanne", "carla", "dirk"]
"""Carla and Dirk are two accounts of one human."""
WHO = st.sampled_from(PEOPLE)
WHICH = st.integers(0, 11)
DIRECTORS = "directors"
GROUPS = ["approver", "checker", "finance", DIRECTORS]
PATHS: dict[str, list[tuple[str, ...]]] = {
    "one": [("approve", "anna")],
    "two": [("check", "bram"), ("approve", "anna")],
    "four eyes": [("approve", "anna"), ("approve", "bram")],
    "group": [("check", "finance"), ("approve", "approver"), ("approve", "approver")],
    "twice": [("check", "carla"), ("approve", "carla"), ("approve", "dirk")],
    "both": [("check", "bram"), ("approve", "bram"), ("approve", "carla", "together")],
    "all": [("check", "approver", "needs_all"), ("approve", "approver", "needs_all")],
    "beside": [("check", "approver"), ("check", "anna", "together"), ("approve", "bram")],
    "owners": [("approve", "", "per_line"), ("approve", "dirk")],
}
SHARES = [("4100", "4310"), ("4200", "4310"), ("", "4500"), ("4200", "4500")]
"""Cost centre (Anna's, Bram's, nobody's) and account of the lines of a coding."""


class Crash(Exception):
    """The process dies after a service has done its work, and before that is committed."""


class Playing(RuleBasedStateMachine):
    """Zwaluw with nine paths through its scheme; the clock runs on with whatever somebody does."""

    databases: Databases
    template: tuple[str, World]
    happened: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        name, self.world = self.template
        self.refusal: Exception | None = None
        self.now, self.crashes, self.refused = at("03-02"), False, False
        self.recoded: list[tuple[UUID, UUID]] = []
        self.runs: list[UUID] = []
        self.lent: Iterator[str] = lend(self.databases, name)
        next(self.lent)
        self.company = Company(self.world, self.world.zwaluw)
        self.place = self.company.organisation.id
        self.people = self._hire()
        self.books = Books.of(self.company)
        self.new_steps = {path: self.steps_of(path) for path in PATHS}
        self._write_scheme()

    def teardown(self) -> None:
        for _ in self.lent:
            pass

    def _hire(self) -> dict[str, Person]:
        carla, dirk = make_person("Carla Prins"), make_person("Dirk Prins")
        one, other = sorted([carla.id, dirk.id])
        SameHuman.objects.create(
            one_id=one,
            other_id=other,
            marked_by=self.world.marit.id,
            environment_id=self.world.noordgroep_id,
            valid=since(BEFORE),
        )
        with self.company.system() as system:
            rights = ["view_confidential", "check", "approve", "circulate", "code"]
            make_group(organisation_id=self.place, name=DIRECTORS, rights=rights, actor=system, now=BEFORE)
        for person in (carla, dirk):
            place(person, self.world.zwaluw, "approver")
        self.company.grant(self.world.anna, DIRECTORS)
        self.company.limit(self.world.bram, "5000")
        return {
            **{who: self.world.people[who] for who in ("anna", "bram", "sanne")},
            "carla": carla,
            "dirk": dirk,
        }

    def _write_scheme(self) -> None:
        """A rule for each supplier, named after the path of its invoices, with a template for its coding."""
        for supplier in PATHS:
            self.company.rule(*self.new_steps[supplier], name=supplier, supplier=supplier, priority=2)
            with member_scope(self.people["sanne"], now=BEFORE) as sanne:
                keep_template(
                    organisation_id=self.place,
                    supplier=key_of(vat="", kvk="", name=supplier),
                    supplier_name=supplier,
                    lines=self.lines(Decimal(100), 0, 1, 2),
                    actor=sanne,
                    now=BEFORE,
                )

    def steps_of(self, path: str) -> list[NewStep]:
        return [self._step(action, who, *how) for action, who, *how in PATHS[path]]

    def _step(self, action: str, who: str, *how: str) -> NewStep:
        if not who:
            return NewStep(action=action, per_line=True)
        return asked(action, self.people.get(who) or self.company.group(who), **dict.fromkeys(how, True))

    def lines(self, net: Decimal, *shares: int) -> list[NewLine]:
        """Lines of a coding that are this amount together, each on one of `SHARES`."""
        each = (net / len(shares)).quantize(Decimal("0.01"))
        amounts = [each] * (len(shares) - 1) + [net - each * (len(shares) - 1)]
        chosen = [SHARES[share] for share in shares]
        return [
            self.books.line(str(amount), account, centre)
            for amount, (centre, account) in zip(amounts, chosen, strict=True)
        ]

    def act(self, person: Person | None, service: Service[Result]) -> Result | None:
        """Somebody (None: the system) does this, in a transaction of his own; None: refused, or crashed."""
        now = self.tick()
        before = everything(self.place) if self.crashes else None
        self.refused = False
        scope = member_scope(person, now=now) if person else system_scope("test", self.place)
        try:
            with scope as actor:
                result = service(actor, now)
                if self.crashes:
                    raise Crash
        except Crash:
            self.crashes = False
            self.happened.add("crash")
            assert everything(self.place) == before, "a crash left something behind"
            return None
        except (Invoice.DoesNotExist, Dispute.DoesNotExist):
            assert person, "the system sees every invoice; a person not those that are none of his"
            self.refused, self.refusal = True, UnknownAssignment()
            return None
        except REFUSALS as refusal:
            self.refused = True
            self.refusal = refusal
            return None
        return result

    def tick(self) -> datetime:
        self.now += timedelta(hours=5)
        return self.now

    def pick(self, which: int, **filters: Any) -> Assignment | None:
        with self.company.system():
            waiting = Assignment.objects.filter(ended_at=None, **filters).order_by("id")
            tasks = list(waiting.select_related("step", "invoice", "holder"))
        return tasks[which % len(tasks)] if tasks else None

    def pick_invoice(self, which: int, *states: str) -> Invoice | None:
        with self.company.system():
            found = list(Invoice.objects.filter(organisation_id=self.place, state__in=states).order_by("id"))
        return found[which % len(found)] if found else None

    def named(self, person_id: UUID | None) -> Person | None:
        return next((each for each in self.people.values() if each.id == person_id), None)
