"""A rule of the scheme in words: which invoices it is for, and who decides on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.circulation.models import SchemeRule, SchemeStep
from omloop.circulation.routing.why import group_name
from omloop.kernel.money import Money
from omloop.organisations.models import Group
from omloop.people.models import names_of
from omloop.web import words


@dataclass(frozen=True)
class Asked:
    """Who is asked in a step: a person, a group (anyone may, or everyone must), or the owners of lines."""

    name: str
    person_id: UUID | None
    everyone: bool = False
    is_owners: bool = False

    def __str__(self) -> str:
        """Anna de Vries; everyone in approver."""
        if self.person_id or self.is_owners:
            return self.name
        return everyone_in(self.name) if self.everyone else one_of(self.name)


def one_of(group: str) -> str:
    """One of approver."""
    return _("one of %(group)s") % {"group": group}


def everyone_in(group: str) -> str:
    """Everyone in approver."""
    return _("everyone in %(group)s") % {"group": group}


def the_owners() -> str:
    """Whoever answers for the cost centre or cost unit of a line."""
    return _("the owner of each line's cost centre or cost unit")


@dataclass(frozen=True)
class ShownStep:
    """A step as it is shown: what it asks, of whom; several are asked at the same time and all are needed."""

    action: str
    asked: tuple[Asked, ...]

    def __str__(self) -> str:
        """Anna de Vries and Bram Willems approve."""
        who = _(" and ").join(map(str, self.asked))
        return (_("approve: %(who)s") if self.action == "approve" else _("check: %(who)s")) % {"who": who}


Names = dict[UUID, str]


def read_names(steps: Iterable[SchemeStep]) -> Names:
    """The names of the people and groups in these steps, in two queries."""
    listed = list(steps)
    groups = Group.objects.filter(id__in={step.group_id for step in listed if step.group_id})
    people = names_of({step.person_id for step in listed if step.person_id})
    return people | {group.id: group_name(group.name, group.default) for group in groups}


def show_steps(steps: Iterable[SchemeStep], names: Names) -> list[ShownStep]:
    """The steps in order, those of one position together."""
    found: dict[int, list[SchemeStep]] = {}
    for step in sorted(steps, key=lambda step: (step.position, step.part)):
        found.setdefault(step.position, []).append(step)
    return [
        ShownStep(parts[0].action, tuple(_asked(part, names) for part in parts)) for parts in found.values()
    ]


def _asked(step: SchemeStep, names: Names) -> Asked:
    key = step.person_id or step.group_id
    if step.per_line:
        return Asked(the_owners(), None, is_owners=True)
    return Asked(names.get(key, "?") if key else "?", step.person_id, step.needs_all)


def show_conditions(rule: SchemeRule, currency: str) -> list[str]:
    """Which invoices it is for, a phrase a condition; empty: all of them."""
    kind = {"invoice": _("invoices only"), "credit_note": _("credit notes only")}.get(rule.kind, "")
    supplier = _("supplier %(name)s") % {"name": rule.supplier} if rule.supplier else ""
    order = _("order number %(number)s") % {"number": rule.order_reference} if rule.order_reference else ""
    amounts = show_amounts(rule.amount_from, rule.amount_to, currency)
    account = _("ledger account %(code)s") % {"code": rule.ledger_account} if rule.ledger_account else ""
    centre = _("cost centre %(code)s") % {"code": rule.cost_centre} if rule.cost_centre else ""
    return [phrase for phrase in (kind, supplier, order, account, centre, amounts) if phrase]


def show_amounts(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    """From € 100,00 through € 200,00; from € 100,00; up to and including € 200,00; empty without bounds."""
    parts = {
        "low": words.money(Money(low, currency)) if low is not None else "",
        "high": words.money(Money(high, currency)) if high is not None else "",
    }
    if low is not None and high is not None:
        return _("from %(low)s through %(high)s") % parts
    if low is not None:
        return _("from %(low)s") % parts
    return _("up to and including %(high)s") % parts if high is not None else ""
