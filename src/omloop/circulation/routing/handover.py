"""Another person in the place of one who leaves: open tasks, steps to come, rules (rules 5.2, 6.3)."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, UUIDField, Value, When

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.circulation.models import Assignment, Decision, SchemeRule, SchemeStep, Step, StepAction
from omloop.circulation.routing.route import Asked, find_route
from omloop.circulation.who.eyes import COMPLETES, actions_apart, answered
from omloop.circulation.who.policies import RIGHT_FOR, Standing
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

    `held` are the rights of the successors. In seven queries and one a successor, and a row for each kind of
    task however many there are: right, confidential documents, and four eyes over all accounts of one human
    (rules 1.5, 3.5).
    """
    tasks = open_tasks_of(organisation_id, successors).order_by()
    found: dict[UUID, Standing] = {}
    kinds = tasks.values_list("holder_id", "step__action", "fallback", "confidential").distinct()
    for leaver, action, fallback, confidential in kinds:
        rights = held.get(successors[leaver], ())
        if (Right.CIRCULATE if fallback else RIGHT_FOR[action]) not in rights:
            found[leaver] = Standing.RIGHT_MISSING
        elif confidential and Right.VIEW_CONFIDENTIAL not in rights:
            found.setdefault(leaver, Standing.NOT_CONFIDENTIAL)
    accounts = {successor: accounts_of([successor]) for successor in set(successors.values())}
    for leaver, people in [*_barred(organisation_id, tasks).items(), *_voting(tasks).items()]:
        if accounts[successors[leaver]] & people:
            found.setdefault(leaver, Standing.BARRED)
    return found


def _barred(organisation_id: UUID, tasks: QuerySet[Assignment]) -> dict[UUID, set[UUID]]:
    """By holder of these tasks, who answered a step of an invoice that needs other eyes than his, had it
    answered for him, made what is to be approved, or checked its bank account."""
    actions = actions_apart(organisation_id)
    answers = tasks.exclude(step__origin=Step.Origin.RETURN).filter(
        step__action__in=actions,
        invoice__decisions__in=Decision.objects.filter(answered(actions), organisation_id=organisation_id),
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    pair = ("invoice__decisions__person_id", "invoice__decisions__for_person_id")
    for holder, *people in answers.values_list("holder_id", *pair).distinct():
        found[holder] |= set(filter(None, people))
    if StepAction.APPROVE in actions:
        approving = tasks.exclude(step__origin=Step.Origin.RETURN).filter(step__action=StepAction.APPROVE)
        for holder, maker in approving.values_list("holder_id", "invoice__typings__typed_by_id").distinct():
            found[holder] |= {maker} - {None}
    for holder, checkers in _checked(tasks):
        found[holder] |= checkers
    return found


def _checked(tasks: QuerySet[Assignment]) -> Iterator[tuple[UUID, set[UUID]]]:
    """By holder of these tasks, who checked the bank account that an invoice he approves waits for (2.9)."""
    check = "invoice__payees__account__checks"
    waits = Q(**{f"{check}__confirmed_at": None}) | Q(
        invoice__payees__noted_at__lte=F(f"{check}__confirmed_at")
    )
    rows = tasks.filter(waits, step__action=StepAction.APPROVE, **{f"{check}__ended_at": None})
    pairs = rows.values_list("holder_id", f"{check}__recorded_by_id", f"{check}__confirmed_by_id")
    for holder, *people in pairs.distinct():
        yield holder, set(filter(None, people))


def _voting(tasks: QuerySet[Assignment]) -> dict[UUID, set[UUID]]:
    """By holder of these tasks, who is asked beside him in the same step, or voted in it (rules 3.9)."""
    beside = Q(
        Q(invoice__steps__part__lt=F("step__part")) | Q(invoice__steps__part__gt=F("step__part")),
        invoice__steps__position=F("step__position"),
        invoice__steps__state__in=[*UNDER_WAY, Step.State.DONE],
    )
    there = Q(beside, invoice__steps__assignments__ended_at=None)
    asked = "invoice__steps__assignments"
    voted = Q(
        invoice__decisions__in=Decision.objects.standing().filter(action__in=COMPLETES),
        invoice__decisions__step__position=F("step__position"),
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for which, *people in (
        (beside, "invoice__steps__person_id"),
        (there, f"{asked}__holder_id", f"{asked}__for_person_id"),
        (voted, "invoice__decisions__person_id", "invoice__decisions__for_person_id"),
    ):
        for holder, *others in tasks.filter(which).values_list("holder_id", *people).distinct():
            found[holder] |= set(filter(None, others))
    return found


def hand_over(organisation_id: UUID, successors: Successors, *, actor: Actor, now: datetime) -> int:
    """Give the open tasks of people who leave to their successors, and the steps to come; how many tasks.

    A few statements, and the work is the database's, for everybody waits: of the tasks only ids come here.
    Nothing is decided. The caller holds the organisation alone and has asked `unfit`. Raises RuntimeError
    rather than leave a task without anybody.
    """
    tasks = open_tasks_of(organisation_id, successors)
    ids = list(tasks.order_by("id").values_list("id", flat=True))
    parameters: dict[str, Any] = {
        "organisation": organisation_id,
        "now": now,
        "old": ids,
        "new": [uuid7() for _ in ids],
        "events": [uuid7() for _ in ids],
        "reasons": json.dumps(_reasons(tasks, successors)),
        "name": HANDED_OVER,
        "actor": actor.signature,
        "person": actor.person_id,
        "origin": actor.origin,
    }
    with connection.cursor() as cursor:
        cursor.execute(HAND_OVER, parameters)
        if cursor.rowcount != len(ids):
            raise RuntimeError(f"{len(ids)} tasks to hand over, and {cursor.rowcount} were")
    steps_to_come(organisation_id, successors).update(person_id=_instead(successors))
    return len(ids)


HANDED_OVER = "step.handed_over"
HAND_OVER = """
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(%(old)s::uuid[], %(new)s::uuid[], %(events)s::uuid[]) AS t (old_id, new_id, event_id)
), reason AS (
    SELECT * FROM jsonb_to_recordset(%(reasons)s)
        AS r (leaver uuid, successor uuid, import_date text, opened_on text, fallback text, why jsonb)
), ended AS (
    UPDATE circulation_assignment AS task SET ended_at = %(now)s FROM given
    WHERE task.organisation_id = %(organisation)s AND task.id = given.old_id
    RETURNING task.*, given.new_id, given.event_id
), handed AS MATERIALIZED (
    SELECT ended.*, reason.successor, reason.why || jsonb_build_object('step', ended.why -> 'step',
        'sent', jsonb_build_object('taken_over_from', ended.holder_id)) AS because
    FROM ended JOIN reason ON reason.leaver = ended.holder_id
        AND reason.import_date = ended.why #>> '{asked,import_date}'
        AND reason.opened_on = ended.why #>> '{asked,opened_on}'
        AND reason.fallback = ended.why #>> '{asked,fallback}'
), opened AS (
    INSERT INTO circulation_assignment (id, organisation_id, confidential, step_id, invoice_id, holder_id,
        due_on, opened_at, fallback, barred, why)
    SELECT new_id, organisation_id, confidential, step_id, invoice_id, successor, due_on, %(now)s, '', '{}',
        because
    FROM handed
), written AS (
    INSERT INTO audit_event (id, chain_id, name, at, actor, person_id, subject_id, origin, detail)
    SELECT event_id, organisation_id, %(name)s, %(now)s, %(actor)s, %(person)s::uuid, invoice_id, %(origin)s,
        jsonb_build_object('step', step_id, 'assignment', new_id, 'named', holder_id, 'holder', successor)
    FROM handed
)
INSERT INTO audit_unsealed (event_id, chain_id) SELECT event_id, organisation_id FROM handed"""
"""One statement: tasks end, the same ones open for somebody else, and each has its event."""


def _reasons(tasks: QuerySet[Assignment], successors: Successors) -> list[dict[str, Any]]:
    """Why a successor is asked, once for all tasks of the same days: a snapshot of a route, as always."""
    asked = ("why__asked__import_date", "why__asked__opened_on", "why__asked__fallback")
    kinds = tasks.order_by().values_list("holder_id", *asked).distinct()
    return [
        {
            "leaver": str(leaver),
            "successor": str(successors[leaver]),
            "import_date": import_date,
            "opened_on": opened_on,
            "fallback": fallback,
            "why": _why(successors[leaver], import_date, opened_on, fallback),
        }
        for leaver, import_date, opened_on, fallback in kinds
    ]


def _why(successor: UUID, import_date: str, opened_on: str, fallback: str) -> dict[str, Any]:
    _route, snapshot = find_route(
        Asked(
            person_id=successor,
            group_id=None,
            members=(),
            import_date=date.fromisoformat(import_date),
            opened_on=date.fromisoformat(opened_on),
            fallback_id=UUID(fallback),
        ),
        covers={},
        standing=lambda person: Standing.ENTITLED,
    )
    return snapshot


def hand_over_rules(
    organisation_id: UUID,
    successors: Successors,
    *,
    only: Collection[UUID] | None = None,
    actor: Actor,
    now: datetime,
) -> dict[UUID, UUID]:
    """End the rules that name people who leave and add the same with their successors; the new by the old.

    `only` are the rules that go, where not all do.
    """
    rules = rules_that_name(organisation_id, successors, now=now)
    going = [rule for rule in rules if only is None or rule.id in only]
    return _replace_rules({rule.id: rule for rule in going}, successors, actor, now)


def put_back_rules(
    organisation_id: UUID, replaced: Mapping[UUID, UUID], *, actor: Actor, now: datetime
) -> set[UUID]:
    """End rules that replaced others, where they still hold, and add those again; which were ended."""
    held = SchemeRule.objects.at(now).filter(organisation_id=organisation_id, id__in=replaced.values())
    still = set(held.values_list("id", flat=True))
    before = SchemeRule.objects.in_bulk([old for old, new in replaced.items() if new in still])
    _replace_rules({replaced[old]: rule for old, rule in before.items()}, {}, actor, now)
    return still


def _replace_rules(
    rules: Mapping[UUID, SchemeRule], successors: Successors, actor: Actor, now: datetime
) -> dict[UUID, UUID]:
    """End the rules with these keys and add each of these again in its place, with its own steps."""
    steps = defaultdict(list)
    olds = [rule.id for rule in rules.values()]
    for step in SchemeStep.objects.filter(rule__in=olds).order_by("rule_id", "position"):
        steps[step.rule_id].append(step)
    again, events = [], []
    for ended, rule in rules.items():
        own, rule.id, rule.valid = steps[rule.id], uuid7(), since(now)
        for step in own:
            step.id, step.rule_id = uuid7(), rule.id
            step.person_id = successors.get(step.person_id, step.person_id) if step.person_id else None
            again.append(step)
        events.append(_rule_replaced(rule, ended, actor, now))
    SchemeRule.objects.filter(id__in=list(rules)).end(now)
    SchemeRule.objects.bulk_create(rules.values())
    SchemeStep.objects.bulk_create(again)
    record_all(events)
    return {ended: rule.id for ended, rule in rules.items()}


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
