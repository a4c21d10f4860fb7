"""Common set-ups: a few questions, and the rules that come of the answers (rules 3.1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.circulation.models import StepAction
from omloop.circulation.scheme.ordering import STEP
from omloop.circulation.scheme.rules import Conditions, NewStep
from omloop.schemes.forms import Choices, WhoField, listed
from omloop.schemes.wording import show_amounts
from omloop.web.amounts import AmountField

Said = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class NewRule:
    """A rule to be added."""

    name: str
    priority: int
    steps: list[NewStep]
    conditions: Conditions = field(default_factory=Conditions)


def check(who: dict[str, Any]) -> NewStep:
    """A step that checks."""
    return NewStep(action=StepAction.CHECK, **who)


def approve(who: dict[str, Any]) -> NewStep:
    """A step that approves."""
    return NewStep(action=StepAction.APPROVE, **who)


def everything(*steps: NewStep) -> NewRule:
    """The rule for whatever no other rule catches."""
    return NewRule(name=gettext("All invoices"), priority=STEP, steps=list(steps))


def one_approver(said: Said) -> list[NewRule]:
    """Everything to one."""
    return [everything(approve(said["approver"]))]


def check_first(said: Said) -> list[NewRule]:
    """Somebody checks what was delivered, then another approves."""
    return [everything(check(said["checker"]), approve(said["approver"]))]


def four_eyes(said: Said) -> list[NewRule]:
    """One approval; from an amount on a second by somebody else."""
    amounts = show_amounts(said["amount"], None, said["currency"])
    first, second = approve(said["approver"]), approve(said["second"])
    return [
        everything(first),
        NewRule(
            name=gettext("Second approval %(amounts)s") % {"amounts": amounts},
            priority=2 * STEP,
            steps=[first, second],
            conditions=Conditions(amount_from=said["amount"]),
        ),
    ]


def by_supplier(said: Said) -> list[NewRule]:
    """One supplier to who knows it, the rest to another."""
    return [
        everything(approve(said["approver"])),
        NewRule(
            name=said["supplier"],
            priority=2 * STEP,
            steps=[approve(said["expert"])],
            conditions=Conditions(supplier=said["supplier"]),
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class Starter:
    """A set-up: what it is called and good for, which questions it asks about people, and more."""

    slug: str
    title: Any
    purpose: Any
    people: dict[str, Any]
    more: dict[str, Callable[[], forms.Field]] = field(default_factory=dict)
    build: Callable[[Said], list[NewRule]]


APPROVER = _("Who approves?")
STARTERS = {
    starter.slug: starter
    for starter in (
        Starter(
            slug="one",
            title=_("One person approves"),
            purpose=_("Every invoice goes to the same person or group. Fits a small company."),
            people={"approver": APPROVER},
            build=one_approver,
        ),
        Starter(
            slug="check-first",
            title=_("Check, then approve"),
            purpose=_("Who ordered it checks whether it was delivered; then somebody else approves."),
            people={"checker": _("Who checks?"), "approver": APPROVER},
            build=check_first,
        ),
        Starter(
            slug="four-eyes",
            title=_("Four eyes above an amount"),
            purpose=_("One approval is enough for small amounts; above it a second person looks too."),
            people={"approver": APPROVER, "second": _("Who gives the second approval?")},
            more={"amount": lambda: AmountField(label=_("Second approval from"))},
            build=four_eyes,
        ),
        Starter(
            slug="by-supplier",
            title=_("By supplier"),
            purpose=_("One supplier goes to who knows it, all others to somebody else. Add suppliers later."),
            people={
                "expert": _("Who approves invoices of this supplier?"),
                "approver": _("Who approves all others?"),
            },
            more={
                "supplier": lambda: forms.CharField(
                    label=_("Supplier"), max_length=120, widget=listed("suppliers")
                )
            },
            build=by_supplier,
        ),
    )
}


class StarterForm(forms.Form):
    """The questions of a set-up."""

    def __init__(self, data: Any = None, *, starter: Starter, choices: Choices, currency: str) -> None:
        super().__init__(data)
        self.starter, self.currency = starter, currency
        missing = {"required": _("Choose a person or a group.")}
        offered: Choices = [("", _("Choose…")), *choices[1:]]
        for name, make in starter.more.items():
            self.fields[name] = make()
            self.fields[name].required = True
        for name, label in starter.people.items():
            self.fields[name] = WhoField(label=label, choices=offered, error_messages=missing)

    def rules(self) -> list[NewRule]:
        """The rules that come of the answers, once they are valid."""
        return self.starter.build({**self.cleaned_data, "currency": self.currency})
