"""What the page of an organisation's end shows to whom (rules 6.5-6.7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omloop.intake.models import LateArrival
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.relocation.ending.export import may_download, path_of
from omloop.relocation.ending.late_arrivals import closed_for, late_of
from omloop.relocation.ending.models import Ending, EndingConsent
from omloop.relocation.ending.open_work import read_open_work
from omloop.relocation.ending.retention import how_many_may_go, read_terms
from omloop.relocation.ending.services import last_closing, open_ending, speaks_for
from omloop.retention.going import Reckoning
from omloop.retention.terms import is_held
from omloop.tenancy.scope import confidential_shown

Kind, State = Ending.Kind, Ending.State


@dataclass(frozen=True)
class Asked:
    """What is under way: who agrees, for whom, and whether this person still can."""

    ending: Ending
    consents: list[EndingConsent]
    can_consent: bool
    waits_for_organisation: bool
    waits_for_environment: bool


def context_of(organisation: Organisation, member: Member, *, now: datetime) -> dict[str, Any]:
    """All of the page. Numbers are for who administers; names of files for who sees every document."""
    speaks = any(speaks_for(organisation, member))
    asked = _asked(organisation, member)
    is_deletable = speaks and organisation.closed_at is not None
    return {
        "organisation": organisation,
        "speaks": speaks,
        "closing": last_closing(organisation.id) if organisation.closed_at else None,
        "asked": asked,
        "work": read_open_work(organisation.id) if speaks and not organisation.closed_at else None,
        **(_terms(organisation, now) if is_deletable else {}),
        "late": _late(organisation, member) if organisation.closed_at else [],
        "for_us": _for_us(organisation, member),
        "past": list(_past(organisation)) if speaks or member.can(Right.EXPORT, organisation.id) else [],
        "can_download": _can_download(organisation, member, asked),
    }


def _asked(organisation: Organisation, member: Member) -> Asked | None:
    ending = open_ending(organisation.id)
    if ending is None:
        return None
    consents = list(EndingConsent.objects.filter(ending=ending).select_related("person").order_by("given_at"))
    mine = any(each.person_id == member.person_id for each in consents)
    can = ending.state == State.ASKED and not mine and any(speaks_for(organisation, member))
    is_ready = ending.kind != Kind.DELETE or bool(ending.export_sha256)
    return Asked(
        ending,
        consents,
        can and is_ready,
        not any(each.for_organisation for each in consents),
        not any(each.for_environment for each in consents),
    )


def _terms(organisation: Organisation, now: datetime) -> dict[str, Any]:
    with confidential_shown([organisation.id]):
        on = Reckoning.of(organisation, now=now)
        return {"terms": read_terms(on), "may_go": how_many_may_go(on), "held": is_held(organisation.id)}


def _late(organisation: Organisation, member: Member) -> list[LateArrival]:
    if not member.can(Right.VIEW_ALL, organisation.id):
        return []
    return late_of(organisation.id, confidential=member.can(Right.VIEW_CONFIDENTIAL, organisation.id))


def _for_us(organisation: Organisation, member: Member) -> list[tuple[Organisation, list[LateArrival]]]:
    """What came late for organisations that this one succeeds, for who may add here."""
    if not member.can(Right.ADD, organisation.id) or organisation.closed_at:
        return []
    sees = member.can(Right.VIEW_CONFIDENTIAL, organisation.id)
    return [(place, late_of(place.id, confidential=sees)) for place in closed_for(organisation.id)]


def _past(organisation: Organisation) -> Any:
    done = Ending.objects.filter(organisation=organisation, state__in=(State.DONE, State.WITHDRAWN))
    return done.order_by("-ended_at", "-id").select_related("asked_by")


def _can_download(organisation: Organisation, member: Member, asked: Asked | None) -> bool:
    if asked is None or not path_of(organisation.id, asked.ending.id).exists():
        return False
    return may_download(organisation.id, member)
