"""The form of a rule: for which invoices, and step by step who decides (rules 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.circulation.deciding.offer import people_who_can
from omloop.circulation.models import DECIDING, SchemeRule, StepAction
from omloop.circulation.refusals.scheme import MixedStep, RuleWithoutSteps
from omloop.circulation.routing.why import group_name
from omloop.circulation.scheme.rules import Conditions, NewStep, as_new, check_steps
from omloop.coding.queries import is_coded_here
from omloop.invoices.models import Invoice
from omloop.organisations.models import Group, GroupRight, Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.schemes.queries import ShownRule
from omloop.schemes.supposed import Question
from omloop.schemes.wording import everyone_in, one_of, the_owners
from omloop.standins.forms import day_field, person_field
from omloop.web.amounts import AmountField

KINDS = [
    ("", _("invoices and credit notes")),
    ("invoice", _("invoices only")),
    ("credit_note", _("credit notes only")),
]
MOST_STEPS = 12
PERSON, ONE_OF, ALL_OF, OWNERS = "person", "one", "all", "owners"
Choices = list[tuple[str, Any]]


def who_choices(
    place: Organisation, *, also: Sequence[Person] = (), with_owners: bool = False, now: datetime
) -> Choices:
    """Whom a step can ask: people who may check or approve, a group of whom anyone may, or everyone must.

    `also`: people who stand in the rule already, whatever they may do now; `with_owners`: it asks the owners
    of lines already; where invoices are coded any rule can.
    """
    able = people_who_can([place.id], Right.CHECK, Right.APPROVE, now=now)[place.id]
    people = sorted({*able, *also}, key=lambda person: (person.name, person.id))
    groups = [
        (group.id, group_name(group.name, group.default)) for group in groups_that_decide(place, now=now)
    ]
    return [
        ("", _("nobody")),
        *([(OWNERS, the_owners())] if is_coded_here(place.id) or with_owners else []),
        (gettext("People"), [(f"{PERSON}:{person.id}", person.name) for person in people]),
        (gettext("One of a group"), [(f"{ONE_OF}:{key}", one_of(name)) for key, name in groups]),
        (gettext("Everyone in a group"), [(f"{ALL_OF}:{key}", everyone_in(name)) for key, name in groups]),
    ]


def groups_that_decide(place: Organisation, *, now: datetime) -> list[Group]:
    """The groups that may check or approve: only such a one can be asked."""
    carried = GroupRight.objects.at(now).filter(organisation=place, right__in=[Right.CHECK, Right.APPROVE])
    groups = Group.objects.filter(organisation=place, ended_at=None, id__in=carried.values("group_id"))
    return list(groups.order_by("id"))


class WhoField(forms.ChoiceField):
    """A person, or a group as one or as a whole; cleans to the fields of a `NewStep`."""

    def clean(self, value: Any) -> dict[str, Any]:
        """`{}` when nobody is chosen."""
        kind, _colon, key = str(super().clean(value)).partition(":")
        if not kind:
            return {}
        if kind == OWNERS:
            return {"per_line": True}
        if kind == PERSON:
            return {"person_id": UUID(key)}
        return {"group_id": UUID(key), "needs_all": kind == ALL_OF}


def listed(name: str) -> forms.TextInput:
    """A field that offers what stands in a list of the page, and takes anything else too."""
    return forms.TextInput(attrs={"list": name, "autocomplete": "off"})


class StepForm(forms.Form):
    """A step: what it asks, of whom, and whether at the same time as the one before."""

    action = forms.ChoiceField(
        label=_("Asks to"), choices=[(each, each.label) for each in DECIDING], initial=StepAction.APPROVE
    )
    together = forms.BooleanField(
        label=_("At the same time as the step above: all are needed"), required=False
    )

    def __init__(self, *args: Any, choices: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["who"] = WhoField(label=_("Who"), choices=choices, required=False)

    def step(self) -> NewStep | None:
        """The step, when somebody is chosen."""
        said = self.cleaned_data
        if not said.get("who"):
            return None
        return NewStep(action=said["action"], together=said["together"], **said["who"])


class RuleForm(forms.Form):
    """Which invoices a rule is for, its name and its priority."""

    name = forms.CharField(label=_("Name of the rule"), max_length=120)
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=-100_000,
        max_value=100_000,
        help_text=_("The highest that matches wins."),
    )
    kind = forms.ChoiceField(label=_("For"), choices=KINDS, required=False)
    supplier = forms.CharField(
        label=_("Supplier"),
        max_length=255,
        required=False,
        widget=listed("suppliers"),
        help_text=_("Name, KvK or VAT number as it stands on the invoice. Empty: every supplier."),
    )
    order_reference = forms.CharField(label=_("Order number"), max_length=255, required=False)
    ledger_account = forms.CharField(
        label=_("Ledger account"),
        max_length=40,
        required=False,
        widget=listed("accounts"),
        help_text=_("Its code. One line of the invoice on it is enough."),
    )
    cost_centre = forms.CharField(
        label=_("Cost centre"),
        max_length=40,
        required=False,
        widget=listed("centres"),
        help_text=_("Its code. One line of the invoice on it is enough."),
    )
    amount_from = AmountField(label=_("Amount from"))
    amount_to = AmountField(label=_("Amount up to and including"))

    def clean(self) -> dict[str, Any]:
        """The amounts in their order."""
        said = super().clean() or {}
        low, high = said.get("amount_from"), said.get("amount_to")
        if low is not None and high is not None and high < low:
            self.add_error("amount_to", gettext("This is less than the amount from. No invoice would match."))
        return said

    def conditions(self) -> Conditions:
        """For which invoices."""
        return Conditions(**{each.name: self.cleaned_data[each.name] for each in fields(Conditions)})


@dataclass
class Editor:
    """The form of a rule with its steps; `rule` is the one that is changed."""

    form: RuleForm
    steps: list[StepForm]

    def is_valid(self) -> bool:
        """Whether everything can be read, somebody approves, and who is asked together is asked the same."""
        if not all([self.form.is_valid(), *(step.is_valid() for step in self.steps)]):
            return False
        try:
            check_steps(self.chosen())
        except (RuleWithoutSteps, MixedStep) as wrong:
            self.form.add_error(None, str(wrong))
        return self.form.is_valid()

    def chosen(self) -> list[NewStep]:
        """The steps in which somebody is chosen."""
        return [step for form in self.steps if (step := form.step())]


def editor_for(data: Any, *, shown: ShownRule | None, initial: dict[str, Any], choices: Choices) -> Editor:
    """The form as it was sent; else of a rule as it is, or `initial` (with its `steps`)."""
    if data is not None:
        return Editor(RuleForm(data), [_row(data, number, choices=choices) for number in range(_count(data))])
    first = _initial(shown.rule) if shown else initial
    steps = [_initial_of(as_new(step)) for step in shown.steps] if shown else initial.get("steps", [{}])
    return Editor(RuleForm(initial=first), [_row(None, *row, choices=choices) for row in enumerate(steps)])


def with_more(data: Any, *, choices: Choices) -> Editor:
    """The form with what was typed so far, unjudged, and one more step."""
    initial = {name: data.get(name, "") for name in RuleForm.base_fields}
    said = [
        {name: data.get(f"step{number}-{name}", "") for name in ("action", "who", "together")}
        for number in range(_count(data))
    ]
    steps = [*said, {}][:MOST_STEPS]
    return Editor(RuleForm(initial=initial), [_row(None, *row, choices=choices) for row in enumerate(steps)])


def _row(data: Any, number: int, initial: Any = None, *, choices: Choices) -> StepForm:
    return StepForm(data, prefix=f"step{number}", choices=choices, initial=initial)


def _count(data: Any) -> int:
    sent = str(data.get("steps", ""))
    return min(int(sent), MOST_STEPS) if sent.isdecimal() and len(sent) < 4 else 1


def _initial(rule: SchemeRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in RuleForm.base_fields}


def _initial_of(step: NewStep) -> dict[str, Any]:
    kind = PERSON if step.person_id else ALL_OF if step.needs_all else ONE_OF
    who = OWNERS if step.per_line else f"{kind}:{step.person_id or step.group_id}"
    return {"action": step.action, "together": step.together, "who": who}


class QuestionForm(forms.Form):
    """The invoice that somebody asks about."""

    supplier = forms.CharField(
        label=_("Supplier"), max_length=255, required=False, widget=listed("suppliers")
    )
    kind = forms.ChoiceField(label=_("Type"), choices=Invoice.Kind.choices)
    amount = AmountField(label=_("Amount with VAT"), help_text=_("Empty: unknown."))
    order_reference = forms.CharField(label=_("Order number"), max_length=255, required=False)
    ledger_account = forms.CharField(
        label=_("Ledger account"), max_length=40, required=False, widget=listed("accounts")
    )
    cost_centre = forms.CharField(
        label=_("Cost centre"), max_length=40, required=False, widget=listed("centres")
    )
    import_date = day_field(_("Import date"), _("Choose a day."))
    opened_on = day_field(_("Day on which the steps open"), _("Choose a day."))

    def __init__(
        self, data: Any = None, *, people: Sequence[Person], counts_vat: bool, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        if not counts_vat:
            self.fields["amount"].label = _("Amount without VAT")
        everybody = list(people)
        self.fields["away"] = person_field(_("As if away"), everybody, _("nobody"), required=False)
        self.fields["substitute"] = person_field(_("and standing in"), everybody, _("nobody"), required=False)

    def clean(self) -> dict[str, Any]:
        """Somebody away has a substitute, and that is another one."""
        said = super().clean() or {}
        if bool(said.get("away")) != bool(said.get("substitute")):
            self.add_error("substitute", gettext("Choose both: who is away and who stands in."))
        elif said.get("away") and said["away"] == said["substitute"]:
            self.add_error("substitute", gettext("Nobody stands in for himself. Choose somebody else."))
        return said

    def question(self) -> Question:
        """What is asked, once it is valid."""
        return Question(**self.cleaned_data)


class CopyForm(forms.Form):
    """From which organisation the scheme is copied."""

    def __init__(self, data: Any = None, *, places: Sequence[Organisation]) -> None:
        super().__init__(data)
        choices = [("", _("Choose…")), *((str(place.id), place.name) for place in places)]
        self.fields["source"] = forms.TypedChoiceField(
            label=_("Copy from"), choices=choices, coerce=UUID, empty_value=None
        )
