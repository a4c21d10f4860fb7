"""Whether a step waits for advice: then nobody decides on it (rules 3.3)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from omloop.circulation.models import Step
from omloop.circulation.models.consultations import UNANSWERED, Consultation
from omloop.circulation.refusals.consultations import AdviceAwaited
from omloop.organisations.activity import acts, not_ended
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.models import names_of

SEES = (Right.VIEW_OWN, Right.VIEW_ALL)
"""One of these rights makes that somebody can be asked: he can look at the invoice."""


def awaited_at(step_ids: Collection[UUID], *, now: datetime) -> dict[UUID, list[str]]:
    """By step, the names of those whose advice it waits for; one query where nobody was asked, else three.

    Who can't look at it any more, deactivated or without a right, is waited for no longer.
    """
    waits = Consultation.objects.filter(UNANSWERED, waits=True, step_id__in=step_ids)
    asked = list(waits.values_list("id", flat=True))
    if not asked:
        return {}
    sees = Q(confidential=False) | _holds([Right.VIEW_CONFIDENTIAL], now)
    able = Consultation.objects.filter(acts(), _holds(SEES, now), sees, id__in=asked)
    rows = list(able.order_by("id").values_list("step_id", "person_id"))
    names = names_of({person for _, person in rows}) if rows else {}
    found: dict[UUID, list[str]] = {}
    for step_id, person_id in rows:
        found.setdefault(step_id, []).append(names[person_id])
    return found


def refuse_while_awaited(step: Step, *, now: datetime) -> None:
    """Who asked for advice and said that the step waits for it had a reason. Raises AdviceAwaited."""
    if names := awaited_at([step.id], now=now).get(step.id):
        raise AdviceAwaited(names)


def asked_of(person_id: UUID, places: Collection[UUID] | None = None) -> QuerySet[Consultation]:
    """What somebody is asked and did not answer yet: advice while its step is open, information till seen."""
    rows: QuerySet[Consultation] = Consultation.objects.filter(UNANSWERED, person_id=person_id)
    current = Q(kind=Consultation.Kind.INFORMATION) | Q(step__state=Step.State.OPEN)
    rows = rows.filter(current)
    return rows if places is None else rows.filter(organisation_id__in=places)


def _holds(rights: Iterable[Right], now: datetime) -> Exists:
    """The condition that the one who was asked holds one of these rights there."""
    held = GroupMember.objects.at(now).filter(
        not_ended(),
        organisation_id=OuterRef("organisation_id"),
        person_id=OuterRef("person_id"),
        group__rights__valid__contains=now,
        group__rights__right__in=list(rights),
    )
    return Exists(held)
