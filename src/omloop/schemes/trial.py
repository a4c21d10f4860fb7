"""Who would get this invoice? The scheme and the routing as they are, asked without writing (rules 3.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from omloop.absences.resolution import Covers
from omloop.circulation.models import SchemeRule, Step, StepAction
from omloop.circulation.routing.opening import fallback_group, route_step
from omloop.circulation.routing.route import Reason, Route
from omloop.circulation.routing.why import explain, fallback_reason, group_name, read_names
from omloop.circulation.scheme.rules import matching_rule
from omloop.circulation.scheme.starting import steps_of
from omloop.circulation.who.eyes import actions_apart
from omloop.circulation.who.policies import is_above_limit
from omloop.circulation.who.together import voters_of
from omloop.coding.models import CostCentre
from omloop.coding.proposing import suggested
from omloop.coding.queries import is_coded_here
from omloop.invoices.models import Invoice
from omloop.organisations.models import Group, Organisation
from omloop.payees.queries import checkers_of_supplier
from omloop.people.humans import accounts_of
from omloop.schemes.supposed import Question, is_secret, supposed_invoice


@dataclass(frozen=True)
class Stop:
    """Who would get a part of a step, and why; a group where anyone may, the fallback with its reason."""

    position: int
    action: str
    holder_id: UUID | None
    holder: str
    for_person_id: UUID | None
    for_person: str
    is_fallback: bool
    is_above_limit: bool
    why: list[str]


@dataclass(frozen=True)
class Answer:
    """The rule that matches and where its steps go; no rule: why the administration is asked.

    `fallback` is the group that is asked then; `codes_first`: nothing is known to code it by, so that group
    codes it before the scheme says who decides (rules 3.2); `confidential`: it would be (rules 2.12).
    """

    rule: SchemeRule | None
    reason: str
    stops: list[Stop]
    fallback: str
    codes_first: bool
    confidential: bool


def try_out(
    place: Organisation, question: Question, *, reads_confidential: bool = False, now: datetime
) -> Answer:
    """What would become of such an invoice if it came in now, in the same functions as the routing itself.

    `reads_confidential`: who asks may know which suppliers and accounts are confidential. To anybody else
    the answer is that for an ordinary invoice, so that it tells no secret (rules 2.12).
    """
    invoice = supposed_invoice(place, question, now=now)
    invoice.confidential = reads_confidential and is_secret(invoice, question.ledger_account)
    match = matching_rule(invoice, now, codes=question.codes())
    answer = partial(
        Answer,
        fallback=_fallback(invoice, now),
        codes_first=is_coded_here(place.id) and not suggested(invoice),
        confidential=invoice.confidential,
    )
    if match.rule is None:
        return answer(None, fallback_reason(match.reason), [])
    apart, owner = actions_apart(place.id), _owner(place, question.cost_centre)
    checkers = checkers_of_supplier(place.id, question.supplier)
    walk = _Walk(invoice, question.opened_on, question.supposed(), now, apart, owner, checkers)
    stops = walk.past(steps_of(match.rule, invoice))
    reason = fallback_reason(Reason.ABOVE_LIMIT) if _ends_above(stops) else ""
    return answer(match.rule, reason, stops)


def _fallback(invoice: Invoice, now: datetime) -> str:
    group = Group.objects.get(organisation=invoice.organisation, id=fallback_group(invoice, now=now))
    return group_name(group.name, group.default)


@dataclass
class _Walk:
    """An invoice on its way past the steps; whoever does one that needs different people is barred after.

    `checkers` approve nothing of it: they recorded the check that its bank account would wait for (2.9).
    """

    invoice: Invoice
    opened_on: date
    supposed: Covers
    now: datetime
    apart: tuple[str, ...]
    owner_id: UUID | None
    checkers: frozenset[UUID]
    barred: frozenset[UUID] = field(default_factory=frozenset)

    def past(self, steps: Sequence[Step]) -> list[Stop]:
        found: list[tuple[Step, Route, dict[str, Any]]] = []
        for _position, parts in groupby(steps, key=lambda step: step.position):
            found += self._together(list(parts))
        names = read_names(why for _step, _route, why in found)
        return [self._stop(step, route, why, names) for step, route, why in found]

    def _together(self, parts: list[Step]) -> list[tuple[Step, Route, dict[str, Any]]]:
        is_apart = parts[0].action in self.apart
        barred = self.barred if is_apart else frozenset()
        if parts[0].action == StepAction.APPROVE:
            barred |= self.checkers
        asked = [one for part in parts for one in self._everyone(part, barred)]
        found, voting = [], frozenset[UUID]()
        for step, sent in asked:
            others = {each.person_id for each, _sent in asked if each is not step and each.person_id}
            route, why = route_step(
                step,
                invoice=self.invoice,
                opened_on=self.opened_on,
                barred=barred | accounts_of(others) | voting,
                now=self.now,
                supposed=self.supposed,
            )
            voting |= accounts_of({who for who in (route.holder_id, route.for_person_id) if who})
            found.append((step, route, {**why, "sent": sent}))
        if is_apart:
            self.barred |= voting
        return found

    def _everyone(self, step: Step, barred: frozenset[UUID]) -> Iterator[tuple[Step, dict[str, str]]]:
        if step.per_line:
            yield self._of_owner(step), {}
            return
        voters = voters_of(step, invoice=self.invoice, barred=barred, now=self.now)
        if not voters:
            yield step, {}
        for person_id in voters:
            yield _part_for(step, person_id), {"member_of": str(step.group_id)}

    def _of_owner(self, step: Step) -> Step:
        """Whoever answers for the cost centre that is tried; without one the fallback."""
        part = _part_for(step, self.owner_id)
        part.group_id = None if self.owner_id else fallback_group(self.invoice, now=self.now)
        return part

    def _stop(self, step: Step, route: Route, why: dict[str, Any], names: dict[UUID, str]) -> Stop:
        holder = route.holder_id or route.group_id
        is_above = (
            step.action == StepAction.APPROVE
            and route.holder_id is not None
            and is_above_limit(route.holder_id, self.invoice, for_person_id=route.for_person_id, now=self.now)
        )
        return Stop(
            position=step.position,
            action=step.action,
            holder_id=route.holder_id,
            holder=names[holder] if holder else "",
            for_person_id=route.for_person_id,
            for_person=names[route.for_person_id] if route.for_person_id else "",
            is_fallback=bool(route.fallback),
            is_above_limit=is_above,
            why=explain(why, names),
        )


def _owner(place: Organisation, code: str) -> UUID | None:
    centres = CostCentre.objects.filter(organisation=place, code=code.strip(), ended_at=None)
    return centres.values_list("owner_id", flat=True).first() if code.strip() else None


def _part_for(step: Step, person_id: UUID | None) -> Step:
    return Step(
        organisation_id=step.organisation_id,
        invoice_id=step.invoice_id,
        position=step.position,
        action=step.action,
        rule=step.rule,
        person_id=person_id,
    )


def _ends_above(stops: list[Stop]) -> bool:
    """Whether nobody who approves last may go this far, so that the administration is asked at the end."""
    approving = [stop for stop in stops if stop.action == StepAction.APPROVE]
    last = [stop for stop in approving if stop.position == approving[-1].position]
    return all(stop.is_above_limit for stop in last)
