"""Another person in the place of one who leaves: open tasks, steps to come, rules (rules 5.2, 6.3)."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, QuerySet, UUIDField, Value, When

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.circulation.models import Assignment, Decision, SchemeRule, SchemeStep, Step, StepAction
from omloop.circulation.policies import RIGHT_FOR, Standing
from omloop.circulation.route import Asked, find_route
from omloop.kernel.ids import uuid7
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.tenancy.history import since

Successors = Mapping[UUID, UUID]
"""Who comes in whose place, in one organisation."""
UNDER_WAY = (Step.State.WAITING, Step.State.OPEN)


def open_tasks_of(organisation_id: UUID, people: Collection[UUID]) -> QuerySet[Assignment]:
    """The tasks that wait for these people themselves; what waits for their groups is not theirs alone."""
    rows: QuerySet[Assignment] = Assignment.objects.filter(
        organisation_id=organisation_id, holder_id__in=people, ended_at=None
    )
    return rows


def steps_to_come(organisation_id: UUID, people: Collection[UUID]) -> QuerySet[Step]:
    """The steps under way that name these people, open or not yet."""
    rows: QuerySet[Step] = Step.objects.filter(
        organisation_id=organisation_id, person_id__in=people, state__in=UNDER_WAY
    )
    return rows


def rules_that_name(organisation_id: UUID, people: Collection[UUID], *, now: datetime) -> list[SchemeRule]:
    """The rules of the scheme that ask one of these people now."""
    steps = SchemeStep.objects.filter(organisation_id=organisation_id, person_id__in=people)
    rules = SchemeRule.objects.at(now).filter(organisation_id=organisation_id, id__in=steps.values("rule_id"))
    return list(rules.order_by("-priority", "id"))


def unfit(
    organisation_id: UUID, successors: Successors, held: Mapping[UUID, Collection[str]]
) -> dict[UUID, Standing]:
    """Who can't have all open tasks of the one he succeeds, and why; by the one who leaves.

    `held` are the rights of the successors. In two queries and one a successor, however many tasks: right,
    confidential documents, and four eyes over all accounts of one human (rules 1.5, 3.5).
    """
    tasks = list(open_tasks_of(organisation_id, successors).select_related("step"))
    barred = answered_for(organisation_id, [task for task in tasks if task.step.action == StepAction.APPROVE])
    accounts = {successor: accounts_of([successor]) for successor in set(successors.values())}
    found: dict[UUID, Standing] = {}
    for task in tasks:
        assert task.holder_id  # noqa: S101 - they were found by it
        successor = successors[task.holder_id]
        needed = Right.CIRCULATE if task.fallback else RIGHT_FOR[task.step.action]
        rights = held.get(successor, ())
        if needed not in rights:
            found[task.holder_id] = Standing.RIGHT_MISSING
        elif task.confidential and Right.VIEW_CONFIDENTIAL not in rights:
            found[task.holder_id] = Standing.NOT_CONFIDENTIAL
        elif accounts[successor] & barred[task.invoice_id]:
            found[task.holder_id] = Standing.BARRED
    return found


def answered_for(organisation_id: UUID, tasks: Collection[Assignment]) -> dict[UUID, set[UUID]]:
    """Who already answered an approve step of these invoices, or had it answered for him."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    answers = Decision.objects.filter(
        organisation_id=organisation_id,
        invoice_id__in=[task.invoice_id for task in tasks],
        step__action=StepAction.APPROVE,
        action__in=[Decision.Action.CHECK, Decision.Action.APPROVE],
    )
    for invoice_id, *pair in answers.values_list("invoice_id", "person_id", "for_person_id"):
        found[invoice_id] |= set(filter(None, pair))
    return found


def hand_over(organisation_id: UUID, successors: Successors, *, actor: Actor, now: datetime) -> int:
    """Give the open tasks of people who leave to their successors, and the steps to come; how many tasks.

    A few statements, however many tasks; nothing is decided. The caller holds the organisation alone and
    has asked `unfit`.
    """
    tasks = list(open_tasks_of(organisation_id, successors).select_related("step__rule"))
    given = [_given(task, successors, now) for task in tasks]
    open_tasks_of(organisation_id, successors).update(ended_at=now)
    insert_tasks(given)
    steps_to_come(organisation_id, successors).update(person_id=_instead(successors))
    pairs = zip(tasks, given, strict=True)
    record_all([_handed_over(task, new, actor, now) for task, new in pairs])
    return len(given)


def _given(task: Assignment, successors: Successors, now: datetime) -> Assignment:
    assert task.holder_id  # noqa: S101 - they were found by it
    successor = successors[task.holder_id]
    asked = task.why["asked"]
    _route, snapshot = find_route(
        Asked(
            person_id=successor,
            group_id=None,
            members=(),
            import_date=date.fromisoformat(asked["import_date"]),
            opened_on=date.fromisoformat(asked["opened_on"]),
            fallback_id=UUID(asked["fallback"]),
        ),
        covers={},
        standing=lambda person: Standing.ENTITLED,
    )
    return Assignment(
        id=uuid7(),
        organisation_id=task.organisation_id,
        confidential=task.confidential,
        step_id=task.step_id,
        invoice_id=task.invoice_id,
        holder_id=successor,
        due_on=task.due_on,
        opened_at=now,
        why={**snapshot, "step": task.why["step"], "sent": {"taken_over_from": str(task.holder_id)}},
    )


def insert_tasks(tasks: Collection[Assignment]) -> None:
    """All in one statement."""
    columns = [field.attname for field in Assignment._meta.concrete_fields]
    rows = [{column: getattr(task, column) for column in columns} for task in tasks]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO circulation_assignment ({names}) SELECT {names} FROM "  # noqa: S608
            "jsonb_populate_recordset(NULL::circulation_assignment, %s)",
            [json.dumps(rows, default=str)],
        )


def _handed_over(task: Assignment, given: Assignment, actor: Actor, now: datetime) -> AuditEvent:
    return AuditEvent(
        chain_id=task.organisation_id,
        name="step.handed_over",
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=task.invoice_id,
        origin=actor.origin,
        detail={
            "step": str(task.step_id),
            "assignment": str(given.id),
            "named": str(task.holder_id),
            "holder": str(given.holder_id),
        },
    )


def hand_over_rules(organisation_id: UUID, successors: Successors, *, actor: Actor, now: datetime) -> int:
    """End the rules that name people who leave and add the same with their successors; how many rules."""
    rules = rules_that_name(organisation_id, successors, now=now)
    steps = defaultdict(list)
    for step in SchemeStep.objects.filter(organisation_id=organisation_id, rule__in=rules).order_by(
        "position"
    ):
        steps[step.rule_id].append(step)
    again, events = [], []
    for rule in rules:
        old, rule.id, rule.valid = rule.id, uuid7(), since(now)
        for step in steps[old]:
            step.id, step.rule_id = uuid7(), rule.id
            step.person_id = successors.get(step.person_id, step.person_id) if step.person_id else None
            again.append(step)
        events.append(_rule_replaced(rule, old, actor, now))
    SchemeRule.objects.filter(id__in=[UUID(str(event.detail["replaces"])) for event in events]).end(now)
    SchemeRule.objects.bulk_create(rules)
    SchemeStep.objects.bulk_create(again)
    record_all(events)
    return len(rules)


def _rule_replaced(rule: SchemeRule, old: UUID, actor: Actor, now: datetime) -> AuditEvent:
    return AuditEvent(
        chain_id=rule.organisation_id,
        name="scheme.rule_replaced",
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=rule.id,
        origin=actor.origin,
        detail={"rule": str(rule.id), "replaces": str(old), "priority": rule.priority},
    )


def _instead(successors: Successors) -> Case:
    pairs = [When(person_id=leaver, then=Value(after)) for leaver, after in successors.items()]
    return Case(*pairs, default=F("person_id"), output_field=UUIDField())
