"""The scheme of a company as who manages it sees and changes it: its pages, rules and findings."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation

from omloop.circulation.models import SchemeRule
from omloop.people.models import Person
from omloop.schemes.findings import Drafted, findings_of
from omloop.schemes.queries import rules_at
from omloop.schemes.supposed import Question
from omloop.schemes.trial import Answer, try_out
from tests.circulation.company import ARRIVAL, Company


def address(company: Company, rest: str = "") -> str:
    return f"/organisations/{company.organisation.id}/scheme/{rest}"


def filled(*steps: tuple[str, Person | UUID | None], **fields: Any) -> dict[str, Any]:
    """The form of a rule: what it is for, and whom its steps ask."""
    form = {"name": "Alles", "priority": "10", "kind": "", "supplier": "", "order_reference": ""}
    form |= {"amount_from": "", "amount_to": "", "steps": str(len(steps)), **fields}
    for number, (action, who) in enumerate(steps):
        form[f"step{number}-action"] = action
        form[f"step{number}-who"] = f"person:{who.id}" if isinstance(who, Person) else f"one:{who}"
    return form


def post(client: Client, where: str, form: dict[str, Any]) -> HttpResponse:
    """Send the form; what it warns of is seen and sent again."""
    answer: Any = client.post(where, form)
    seen = re.search(r'name="seen" value="(\w+)"', answer.content.decode())
    return client.post(where, {**form, "seen": seen[1]}) if seen else answer  # type: ignore[return-value]


def rules(company: Company) -> list[SchemeRule]:
    """What holds now, in the order in which it is tried."""
    with company.system():
        return rules_here(company)


def rules_here(company: Company) -> list[SchemeRule]:
    """The same, in a scope that is open."""
    found = SchemeRule.objects.at(timezone.now()).filter(organisation=company.organisation)
    return list(found.order_by("-priority", "id"))


def findings(company: Company) -> list[str]:
    now = timezone.now()
    with company.system(), translation.override("en"):
        drafted = [Drafted(each.rule, each.steps) for each in rules_at(company.organisation, now)]
        return [finding.text for finding in findings_of(company.organisation, drafted, now=now)]


def tried(company: Company, *, reads_confidential: bool = False, **said: Any) -> Answer:
    """What the test tool answers about an invoice on the day of arrival."""
    day = ARRIVAL.date()
    asked = {"kind": "invoice", "supplier": "", "order_reference": "", "amount": None, **said}
    question = Question(**{"import_date": day, "opened_on": day, **asked})
    with company.system(), translation.override("en"):
        return try_out(
            company.organisation, question, reads_confidential=reads_confidential, now=timezone.now()
        )
